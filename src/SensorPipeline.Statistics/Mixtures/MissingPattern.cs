using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// What rows with certain channels missing say under each component: the density of what is there, and the expectation of what is not, m_h + C_ho·C_oo⁻¹(x_o − m_o) with covariance
/// C_hh − C_ho·C_oo⁻¹·C_oh. Prepared once for a pattern and the components' parameters. Reference: Ghahramani and Jordan (1994).
/// </summary>
internal sealed class MissingPattern(int components, int dimension)
{
    private readonly int d = dimension;
    private readonly int[] observed = new int[dimension];
    private readonly int[] hidden = new int[dimension];
    private readonly double[] factors = new double[components * dimension * dimension];
    private readonly double[] gains = new double[components * dimension * dimension];
    private readonly double[] conditional = new double[components * dimension * dimension];
    private readonly double[] constants = new double[components];
    private readonly double[] work = new double[dimension];
    private int known = -1;

    /// <summary>How many channels are there.</summary>
    internal int Observed => known;

    /// <summary>Whether any of the numbers is missing.</summary>
    internal static bool IsIncomplete(ReadOnlySpan<double> values)
    {
        ReadOnlySpan<Vector256<double>> vectors = MemoryMarshal.Cast<double, Vector256<double>>(values);
        foreach (Vector256<double> v in vectors)
        {
            if (!Vector256.EqualsAll(v, v))
            {
                return true;
            }
        }

        foreach (double x in values[(vectors.Length * Vector256<double>.Count)..])
        {
            if (double.IsNaN(x))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is prepared for the channels that a row has.</summary>
    internal bool Fits(ReadOnlySpan<double> row)
    {
        int o = 0;
        for (int i = 0; i < d; i++)
        {
            if (!double.IsNaN(row[i]))
            {
                if (o >= known || observed[o] != i)
                {
                    return false;
                }

                o++;
            }
        }

        return o == known;
    }

    /// <summary>Forgets what it is prepared for: the components have changed.</summary>
    internal void Reset() => known = -1;

    /// <summary>Takes the channels of a row. Each component has to be prepared next.</summary>
    internal void Take(ReadOnlySpan<double> row)
    {
        known = 0;
        int missing = 0;
        for (int i = 0; i < d; i++)
        {
            if (double.IsNaN(row[i]))
            {
                hidden[missing++] = i;
            }
            else
            {
                observed[known++] = i;
            }
        }
    }

    /// <summary>Prepares a component.</summary>
    internal void Prepare(int k, double weight, ReadOnlySpan<double> covariance)
    {
        Span<double> factor = Block(factors, k)[..(known * known)];
        for (int i = 0; i < known; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                factor[(i * known) + j] = covariance[(observed[i] * d) + observed[j]];
            }
        }

        bool isProper = weight > 0 && Cholesky.TryFactor(factor, factor, known);
        constants[k] = isProper ? Math.Log(weight) - (0.5 * Cholesky.LogDeterminant(factor, known)) - (known * SpecialFunctions.LogRootTwoPi) : double.NegativeInfinity;
        if (isProper)
        {
            Regress(k, covariance, factor);
        }
    }

    /// <summary>ln πₖN(x_o) of a component, and the squared Mahalanobis distance of what is there.</summary>
    internal double LogDensity(int k, ReadOnlySpan<double> row, ReadOnlySpan<double> mean, out double distance)
    {
        Span<double> y = work.AsSpan(0, known);
        for (int i = 0; i < known; i++)
        {
            y[i] = row[observed[i]] - mean[observed[i]];
        }

        Cholesky.SolveLower(Block(factors, k)[..(known * known)], y);
        distance = 0;
        foreach (double v in y)
        {
            distance += v * v;
        }

        return constants[k] - (0.5 * distance);
    }

    /// <summary>Deviations of a row from a component's mean, the missing ones as expected; the covariance of the latter is <see cref="Conditional"/>.</summary>
    internal void Deviate(int k, ReadOnlySpan<double> row, ReadOnlySpan<double> mean, Span<double> deviation)
    {
        for (int i = 0; i < known; i++)
        {
            deviation[observed[i]] = row[observed[i]] - mean[observed[i]];
        }

        ReadOnlySpan<double> gain = Block(gains, k);
        for (int h = 0; h < d - known; h++)
        {
            double sum = 0;
            for (int i = 0; i < known; i++)
            {
                sum += gain[(h * known) + i] * deviation[observed[i]];
            }

            deviation[hidden[h]] = sum;
        }
    }

    /// <summary>Covariance of the missing channels given those there, d×d with zeros elsewhere.</summary>
    internal ReadOnlySpan<double> Conditional(int k) => Block(conditional, k);

    private void Regress(int k, ReadOnlySpan<double> covariance, ReadOnlySpan<double> factor)
    {
        Span<double> gain = Block(gains, k), rest = Block(conditional, k);
        rest.Clear();
        int missing = d - known;
        for (int h = 0; h < missing; h++)
        {
            Span<double> row = gain.Slice(h * known, known);
            for (int i = 0; i < known; i++)
            {
                row[i] = covariance[(hidden[h] * d) + observed[i]];
            }

            Cholesky.Solve(factor, row);
        }

        for (int a = 0; a < missing; a++)
        {
            for (int b = 0; b < missing; b++)
            {
                double sum = covariance[(hidden[a] * d) + hidden[b]];
                for (int i = 0; i < known; i++)
                {
                    sum -= gain[(a * known) + i] * covariance[(observed[i] * d) + hidden[b]];
                }

                rest[(hidden[a] * d) + hidden[b]] = sum;
            }
        }
    }

    private Span<double> Block(double[] all, int k) => all.AsSpan(k * d * d, d * d);
}
