using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// The densest cluster among a few rows, as the start of a component: the row with most others near it, near being as far as draws of a component up to half as wide again as those already known lie
/// apart; then the rows near their mean. Its covariance is drawn towards that of the known components, (S + νW)/(m + ν) with ν = d + 1, which a handful of rows needs to have one at all.
/// Cost: O(m²d) for m rows.
/// </summary>
/// <param name="Component">Mean and covariance of the cluster.</param>
/// <param name="Rows">How many rows it has.</param>
public readonly record struct RowCluster(MultivariateGaussian Component, int Rows)
{
    private const double Widening = 1.5;
    private const double Near = 0.95;
    private const double Member = 0.99;

    /// <summary>Finds it; null where no rows, as many as asked for, are near each other.</summary>
    /// <param name="rows">m×d, row-major, finite.</param>
    /// <param name="within">Covariance of the known components, d×d, positive definite.</param>
    /// <param name="least">How many rows it takes.</param>
    public static RowCluster? Find(ReadOnlySpan<double> rows, ReadOnlySpan<double> within, int least)
    {
        int d = (int)Math.Sqrt(within.Length), m = rows.Length / d;
        double[] factor = new double[d * d], white = rows.ToArray();
        if (m < least || !Cholesky.TryFactor(within, factor, d))
        {
            return null;
        }

        for (int i = 0; i < m; i++)
        {
            // About the first row, so that an offset costs no digits.
            for (int j = 0; j < d; j++)
            {
                white[(i * d) + j] -= rows[j];
            }

            Cholesky.SolveLower(factor, white.AsSpan(i * d, d));
        }

        double[] center = Densest(white, d, 2 * Widening * Widening * new ChiSquared(d).Quantile(Near));
        int[] members = Around(white, d, center, Widening * Widening * new ChiSquared(d).Quantile(Member));
        return members.Length < least ? null : new RowCluster(Gather(rows, members, within), members.Length);
    }

    /// <summary>Mean of the rows near the row that has most of them.</summary>
    private static double[] Densest(double[] white, int d, double limit)
    {
        int[] most = [];
        for (int i = 0; i < white.Length; i += d)
        {
            int[] near = Around(white, d, white.AsSpan(i, d), limit);
            most = near.Length > most.Length ? near : most;
        }

        double[] mean = new double[d];
        foreach (int row in most)
        {
            for (int j = 0; j < d; j++)
            {
                mean[j] += white[(row * d) + j] / most.Length;
            }
        }

        return mean;
    }

    private static int[] Around(double[] white, int d, ReadOnlySpan<double> center, double limit)
    {
        List<int> near = [];
        for (int at = 0; at < white.Length; at += d)
        {
            double squares = 0;
            for (int j = 0; j < d; j++)
            {
                squares += (white[at + j] - center[j]) * (white[at + j] - center[j]);
            }

            if (squares <= limit)
            {
                near.Add(at / d);
            }
        }

        return [.. near];
    }

    private static MultivariateGaussian Gather(ReadOnlySpan<double> rows, int[] members, ReadOnlySpan<double> within)
    {
        int d = (int)Math.Sqrt(within.Length), prior = d + 1;
        double[] mean = new double[d], covariance = new double[d * d];
        for (int a = 0; a < members.Length; a++)
        {
            for (int j = 0; j < d; j++)
            {
                mean[j] += (rows[(members[a] * d) + j] - mean[j]) / (a + 1);
            }
        }

        for (int i = 0; i < covariance.Length; i++)
        {
            double sum = prior * within[i];
            foreach (int row in members)
            {
                sum += (rows[(row * d) + (i / d)] - mean[i / d]) * (rows[(row * d) + (i % d)] - mean[i % d]);
            }

            covariance[i] = sum / (members.Length + prior);
        }

        return new(mean, covariance);
    }
}
