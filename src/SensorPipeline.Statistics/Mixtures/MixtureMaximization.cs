using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>The maximisation half of a pass: parameters from weighted sums.</summary>
internal static class MixtureMaximization
{
    /// <summary>The next mixture, without the components whose count is below the least; null when none is left.</summary>
    internal static GaussianMixture? Next(MixtureStep sums, GaussianMixture mixture, CovarianceShape shape, double[] added, double leastCount)
    {
        int d = mixture.Dimension;
        int[] kept = [.. Enumerable.Range(0, mixture.Components).Where(k => sums.Counts[k] >= leastCount && sums.Counts[k] > 0)];
        if (kept.Length == 0)
        {
            return null;
        }

        double[] counts = [.. kept.Select(k => sums.Counts[k])];
        double[] means = new double[kept.Length * d], covariances = new double[kept.Length * d * d];
        for (int a = 0; a < kept.Length; a++)
        {
            int k = kept[a];
            ReadOnlySpan<double> first = sums.Firsts.AsSpan(k * d, d), second = sums.Seconds.AsSpan(k * d * d, d * d);
            Span<double> covariance = covariances.AsSpan(a * d * d, d * d);
            for (int i = 0; i < d; i++)
            {
                double shift = first[i] / sums.Totals[k];
                means[(a * d) + i] = mixture.Mean(k)[i] + shift;
                for (int j = 0; j <= i; j++)
                {
                    covariance[(i * d) + j] = covariance[(j * d) + i] = (second[(i * d) + j] / counts[a]) - (shift * (first[j] / counts[a]));
                }
            }
        }

        return Build(counts, means, covariances, d, shape, added);
    }

    /// <summary>The mixture of hard-assigned rows; a label without rows gets the spread of all of them around the first row.</summary>
    internal static GaussianMixture FromLabels(ReadOnlySpan<double> rows, int[] labels, int d, int components, CovarianceShape shape, double[] added)
    {
        double[] counts = new double[components], means = new double[components * d], covariances = new double[components * d * d];
        for (int i = 0; i < labels.Length; i++)
        {
            int k = labels[i];
            counts[k]++;
            for (int j = 0; j < d; j++)
            {
                means[(k * d) + j] += (rows[(i * d) + j] - means[(k * d) + j]) / counts[k];
            }
        }

        for (int i = 0; i < labels.Length; i++)
        {
            AddOuter(covariances.AsSpan(labels[i] * d * d, d * d), rows.Slice(i * d, d), means.AsSpan(labels[i] * d, d), 1 / counts[labels[i]]);
        }

        for (int k = 0; k < components; k++)
        {
            FillEmpty(rows, counts, means, covariances, k, d, added);
        }

        return Build(counts, means, covariances, d, shape, added);
    }

    private static void FillEmpty(ReadOnlySpan<double> rows, double[] counts, double[] means, double[] covariances, int k, int d, double[] added)
    {
        if (counts[k] > 0)
        {
            return;
        }

        counts[k] = 1;
        rows[..d].CopyTo(means.AsSpan(k * d));
        for (int i = 0; i < d; i++)
        {
            covariances[(((k * d) + i) * d) + i] = 1e6 * added[i];
        }
    }

    private static void AddOuter(Span<double> covariance, ReadOnlySpan<double> x, ReadOnlySpan<double> mean, double weight)
    {
        int d = x.Length;
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                covariance[(i * d) + j] += weight * (x[i] - mean[i]) * (x[j] - mean[j]);
            }
        }
    }

    private static GaussianMixture Build(double[] counts, double[] means, double[] covariances, int d, CovarianceShape shape, double[] added)
    {
        double n = counts.Sum();
        double[] weights = [.. counts.Select(c => c / n)];
        Restrict(weights, covariances, d, shape);
        double[] factor = new double[d * d];
        for (int k = 0; k < weights.Length; k++)
        {
            Span<double> covariance = covariances.AsSpan(k * d * d, d * d);
            AddToDiagonal(covariance, added, shape);
            for (int attempt = 0; attempt < 40 && !Cholesky.TryFactor(covariance, factor, d); attempt++)
            {
                // Rounding has made it indefinite: widen until it is not.
                AddToDiagonal(covariance, Widening(covariance, d, attempt), CovarianceShape.Full);
            }
        }

        return new GaussianMixture(weights, means, covariances);
    }

    private static double[] Widening(ReadOnlySpan<double> covariance, int d, int attempt)
    {
        double[] amount = new double[d];
        for (int i = 0; i < d; i++)
        {
            amount[i] = Math.Max(Math.Abs(covariance[(i * d) + i]), 1e-300) * 1e-12 * Math.Pow(4, attempt);
        }

        return amount;
    }

    /// <summary>Adds to the variances; a spherical covariance gets the mean of what the channels get.</summary>
    private static void AddToDiagonal(Span<double> covariance, double[] added, CovarianceShape shape)
    {
        int d = added.Length;
        double mean = added.Average();
        for (int i = 0; i < d; i++)
        {
            covariance[(i * d) + i] += shape == CovarianceShape.Spherical ? mean : added[i];
        }
    }

    private static void Restrict(double[] weights, double[] covariances, int d, CovarianceShape shape)
    {
        switch (shape)
        {
            case CovarianceShape.Tied:
                Tie(weights, covariances, d);
                break;
            case CovarianceShape.Diagonal:
            case CovarianceShape.Spherical:
                for (int k = 0; k < weights.Length; k++)
                {
                    Diagonalize(covariances.AsSpan(k * d * d, d * d), d, shape == CovarianceShape.Spherical);
                }

                break;
            default:
                break;
        }
    }

    private static void Tie(double[] weights, double[] covariances, int d)
    {
        int size = d * d;
        double[] mean = new double[size];
        for (int i = 0; i < covariances.Length; i++)
        {
            mean[i % size] += weights[i / size] * covariances[i];
        }

        for (int i = 0; i < covariances.Length; i++)
        {
            covariances[i] = mean[i % size];
        }
    }

    private static void Diagonalize(Span<double> covariance, int d, bool spherical)
    {
        double trace = 0;
        for (int i = 0; i < d; i++)
        {
            trace += covariance[(i * d) + i];
        }

        for (int i = 0; i < d; i++)
        {
            double variance = spherical ? trace / d : covariance[(i * d) + i];
            covariance.Slice(i * d, d).Clear();
            covariance[(i * d) + i] = variance;
        }
    }
}
