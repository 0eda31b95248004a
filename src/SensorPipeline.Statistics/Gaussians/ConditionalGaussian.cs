using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Gaussians;

/// <summary>
/// What some numbers of a joint Gaussian say about the others: G = C_ho·C_oo⁻¹, mean m_h + G(z − m_o), covariance C_hh − G·C_oh. Gain and covariance do not depend on the values,
/// so they are computed once for a pattern of observed numbers; each prediction then allocates nothing. Conditioning on a bad channel spreads its error: gate first.
/// </summary>
public sealed class ConditionalGaussian
{
    private readonly int[] observed;
    private readonly int[] hidden;
    private readonly double[] gain;
    private readonly double[] covariance;
    private readonly MultivariateGaussian joint;
    private readonly MultivariateGaussian evidence;

    /// <summary>Prepares the conditional for a pattern.</summary>
    /// <param name="joint">The joint.</param>
    /// <param name="observed">Indices of the numbers that will be known, ascending.</param>
    public ConditionalGaussian(MultivariateGaussian joint, params ReadOnlySpan<int> observed)
    {
        this.joint = joint;
        this.observed = observed.ToArray();
        hidden = [.. Enumerable.Range(0, joint.Dimension).Except(this.observed)];
        evidence = joint.Marginal(observed);
        int h = hidden.Length, o = this.observed.Length, d = joint.Dimension;
        gain = new double[h * o];
        covariance = new double[h * h];
        double[] half = new double[h * o];
        for (int i = 0; i < h; i++)
        {
            Span<double> row = gain.AsSpan(i * o, o);
            for (int j = 0; j < o; j++)
            {
                row[j] = joint.Covariance[(hidden[i] * d) + this.observed[j]];
            }

            Cholesky.SolveLower(evidence.Factor, row);
            row.CopyTo(half.AsSpan(i * o));
            Cholesky.SolveUpper(evidence.Factor, row);
        }

        DenseMatrix.MultiplyTransposed(half, half, covariance, h, o, h);
        for (int i = 0; i < h; i++)
        {
            for (int j = 0; j < h; j++)
            {
                covariance[(i * h) + j] = joint.Covariance[(hidden[i] * d) + hidden[j]] - covariance[(i * h) + j];
            }
        }
    }

    /// <summary>Indices of the numbers to be predicted, ascending.</summary>
    public ReadOnlySpan<int> Hidden => hidden;

    /// <summary>G, hidden×observed.</summary>
    public ReadOnlySpan<double> Gain => gain;

    /// <summary>Covariance of the hidden numbers once the others are known.</summary>
    public ReadOnlySpan<double> Covariance => covariance;

    /// <summary>Predicts the hidden numbers.</summary>
    /// <param name="values">The observed numbers.</param>
    /// <param name="mean">One a hidden number; receives the conditional means.</param>
    public void Predict(ReadOnlySpan<double> values, Span<double> mean)
    {
        for (int i = 0; i < hidden.Length; i++)
        {
            double sum = joint.Mean[hidden[i]];
            for (int j = 0; j < observed.Length; j++)
            {
                sum += gain[(i * observed.Length) + j] * (values[j] - evidence.Mean[j]);
            }

            mean[i] = sum;
        }
    }

    /// <summary>Log density of the observed numbers themselves: how well they fit together.</summary>
    /// <param name="values">The observed numbers.</param>
    public double LogEvidence(ReadOnlySpan<double> values) => evidence.LogDensity(values);

    /// <summary>The conditional as an object.</summary>
    /// <param name="values">The observed numbers.</param>
    public MultivariateGaussian Given(ReadOnlySpan<double> values)
    {
        double[] mean = new double[hidden.Length];
        Predict(values, mean);
        return new(mean, covariance);
    }

    /// <summary>
    /// Predicts the missing numbers of one vector in a single call that allocates nothing, for patterns that change from frame to frame. False when the known numbers' covariance
    /// is not positive definite.
    /// </summary>
    /// <param name="joint">The joint, of at most 16 dimensions.</param>
    /// <param name="x">d numbers, NaN where missing; receives the conditional means there.</param>
    /// <param name="variances">d; receives the conditional variances of the missing numbers, 0 for the others.</param>
    [SkipLocalsInit]
    public static bool TryImpute(MultivariateGaussian joint, Span<double> x, Span<double> variances)
    {
        int d = joint.Dimension, known = 0;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(d, 16, nameof(joint));
        Span<int> index = stackalloc int[16];
        for (int i = 0; i < d; i++)
        {
            if (!double.IsNaN(x[i]))
            {
                index[known++] = i;
            }
        }

        Span<double> factor = stackalloc double[known * known], whitened = stackalloc double[known], row = stackalloc double[known];
        for (int i = 0; i < known; i++)
        {
            whitened[i] = x[index[i]] - joint.Mean[index[i]];
            for (int j = 0; j <= i; j++)
            {
                factor[(i * known) + j] = joint.Covariance[(index[i] * d) + index[j]];
            }
        }

        if (!Cholesky.TryFactor(factor, factor, known))
        {
            return false;
        }

        Cholesky.SolveLower(factor, whitened);
        for (int i = 0; i < d; i++)
        {
            variances[i] = double.IsNaN(x[i]) ? Impute(joint, i, index[..known], factor, whitened, row, out x[i]) : 0;
        }

        return true;
    }

    private static double Impute(
        MultivariateGaussian joint, int i, ReadOnlySpan<int> index, ReadOnlySpan<double> factor, ReadOnlySpan<double> whitened, Span<double> row, out double value)
    {
        int d = joint.Dimension;
        for (int j = 0; j < row.Length; j++)
        {
            row[j] = joint.Covariance[(i * d) + index[j]];
        }

        Cholesky.SolveLower(factor, row);
        value = joint.Mean[i];
        double variance = joint.Covariance[(i * d) + i];
        for (int j = 0; j < row.Length; j++)
        {
            value += row[j] * whitened[j];
            variance -= row[j] * row[j];
        }

        return variance;
    }
}
