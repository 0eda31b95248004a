using MathNet.Numerics.Integration;
using MathNet.Numerics.LinearAlgebra;
using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Statistics.Sequential;

/// <summary>Run lengths of a one-sided cumulative sum on standard normal residuals, and the threshold for a stated one.</summary>
public static class CusumDesign
{
    /// <summary>Siegmund's approximation of the mean number of data to a false alarm: within 1 % for k ≤ ½, 6 % at k = 1.</summary>
    /// <param name="allowance">k.</param>
    /// <param name="threshold">h.</param>
    /// <param name="shift">Mean of the residuals, 0 for a stream in order.</param>
    public static double ApproximateRunLength(double allowance, double threshold, double shift = 0)
    {
        double drift = allowance - shift;
        double b = threshold + 1.166;
        double x = 2 * drift * b;
        return Math.Abs(drift) < 1e-6 ? b * b : (Special.SpecialFunctions.Expm1(x) - x) / (2 * drift * drift);
    }

    /// <summary>The threshold at which one side alarms once in a mean number of data, by bisecting Siegmund's approximation. Two sides share the rate: ask for twice the number.</summary>
    /// <param name="runLength">Mean number of data between false alarms of one side; 1 or more.</param>
    /// <param name="allowance">k.</param>
    public static double Threshold(double runLength, double allowance)
    {
        if (!(runLength >= 1) || !(allowance >= 0))
        {
            return double.NaN;
        }

        double low = 0, high = 1;
        while (ApproximateRunLength(allowance, high) < runLength && high < 1e6)
        {
            high *= 2;
        }

        for (int i = 0; i < 100 && high - low > 1e-12 * high; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = ApproximateRunLength(allowance, middle) < runLength ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }

    /// <summary>
    /// The mean run length from zero, exactly: L(s) = 1 + L(0)·Φ(k−s) + ∫₀ʰ L(u)·φ(u+k−s) du by Nyström's method on Gauss–Legendre nodes. Solves a linear system: for
    /// design and tests.
    /// </summary>
    /// <param name="allowance">k.</param>
    /// <param name="threshold">h.</param>
    /// <param name="shift">Mean of the residuals, 0 for a stream in order.</param>
    /// <param name="nodes">Number of nodes.</param>
    public static double RunLength(double allowance, double threshold, double shift = 0, int nodes = 64)
    {
        var rule = new GaussLegendreRule(0, threshold, nodes);
        var residual = new Normal(shift, 1);
        Matrix<double> system = Matrix<double>.Build.Dense(nodes + 1, nodes + 1);
        for (int i = 0; i <= nodes; i++)
        {
            // Row 0 is the state zero itself, the others are the nodes.
            double s = i == 0 ? 0 : rule.GetAbscissa(i - 1);
            system[i, 0] = -residual.CumulativeProbability(allowance - s);
            for (int j = 1; j <= nodes; j++)
            {
                system[i, j] = -rule.GetWeight(j - 1) * residual.Density(rule.GetAbscissa(j - 1) + allowance - s);
            }

            system[i, i] += 1;
        }

        return system.Solve(Vector<double>.Build.Dense(nodes + 1, 1))[0];
    }
}
