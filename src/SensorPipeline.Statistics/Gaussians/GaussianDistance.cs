using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Gaussians;

/// <summary>How far apart two Gaussians of the same dimension are. All but the last are free of units.</summary>
public static class GaussianDistance
{
    /// <summary>Kullback–Leibler divergence of scalar Gaussians, ½(v₁/v₂ − 1 − ln(v₁/v₂) + d²/v₂).</summary>
    /// <param name="p">The true one.</param>
    /// <param name="q">The one assumed.</param>
    public static double KullbackLeibler(Gaussian p, Gaussian q)
    {
        double excess = (p.Variance - q.Variance) / q.Variance, d = p.Mean - q.Mean;
        return 0.5 * (excess - SpecialFunctions.Log1p(excess) + (d * (d / q.Variance)));
    }

    /// <summary>Bhattacharyya distance of scalar Gaussians, d²/(4(v₁+v₂)) + ½ ln((v₁+v₂)/(2√(v₁v₂))).</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static double Bhattacharyya(Gaussian a, Gaussian b)
    {
        double d = a.Mean - b.Mean, ratio = Math.Sqrt(a.Variance / b.Variance);
        return (0.25 * d * (d / (a.Variance + b.Variance))) + (0.5 * Math.Log(0.5 * (ratio + (1 / ratio))));
    }

    /// <summary>Squared Hellinger distance of scalar Gaussians, in [0,1].</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static double SquaredHellinger(Gaussian a, Gaussian b) => -SpecialFunctions.Expm1(-Bhattacharyya(a, b));

    /// <summary>Squared 2-Wasserstein distance of scalar Gaussians, (m₁−m₂)² + (s₁−s₂)², in squared units of the data.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static double SquaredWasserstein(Gaussian a, Gaussian b)
    {
        double d = a.Mean - b.Mean, s = a.StandardDeviation - b.StandardDeviation;
        return (d * d) + (s * s);
    }

    /// <summary>Kullback–Leibler divergence from p to q in nats: what is lost by taking q for p. Not symmetric.</summary>
    /// <param name="p">The true one.</param>
    /// <param name="q">The one assumed.</param>
    public static double KullbackLeibler(MultivariateGaussian p, MultivariateGaussian q)
    {
        int d = p.Dimension;
        double[] ratio = new double[d];
        double trace = 0;
        for (int j = 0; j < d; j++)
        {
            for (int i = 0; i < d; i++)
            {
                ratio[i] = p.Factor[(i * d) + j];
            }

            Cholesky.SolveLower(q.Factor, ratio);
            trace += SquaredLength(ratio);
        }

        return 0.5 * (trace - d + q.SquaredMahalanobisDistance(p.Mean) + (q.LogDeterminant - p.LogDeterminant));
    }

    /// <summary>Bhattacharyya distance dᵀC⁻¹d/8 + ½ ln(|C|/√(|C₁||C₂|)), C the mean of the covariances.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static double Bhattacharyya(MultivariateGaussian a, MultivariateGaussian b)
    {
        double[] middle = new double[a.Covariance.Length];
        for (int i = 0; i < middle.Length; i++)
        {
            middle[i] = 0.5 * (a.Covariance[i] + b.Covariance[i]);
        }

        var between = new MultivariateGaussian(a.Mean, middle);
        return (between.SquaredMahalanobisDistance(b.Mean) / 8) + (0.5 * between.LogDeterminant) - (0.25 * (a.LogDeterminant + b.LogDeterminant));
    }

    /// <summary>Squared Hellinger distance 1 − exp(−Bhattacharyya), in [0,1].</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static double SquaredHellinger(MultivariateGaussian a, MultivariateGaussian b) => -SpecialFunctions.Expm1(-Bhattacharyya(a, b));

    /// <summary>Squared 2-Wasserstein distance |m₁−m₂|² + tr(C₁ + C₂ − 2(C₂^½C₁C₂^½)^½), in squared units of the data.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static double SquaredWasserstein(MultivariateGaussian a, MultivariateGaussian b)
    {
        int d = a.Dimension;
        double shift = 0, trace = 0;
        for (int i = 0; i < d; i++)
        {
            double m = a.Mean[i] - b.Mean[i];
            shift += m * m;
            trace += a.Covariance[(i * d) + i] + b.Covariance[(i * d) + i];
        }

        // C₂^½C₁C₂^½ has the singular values of R₁ᵀR₂, squared; those of the product lose fewer digits than eigenvalues of C₁C₂.
        double[] product = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                for (int k = Math.Max(i, j); k < d; k++)
                {
                    product[(i * d) + j] += a.Factor[(k * d) + i] * b.Factor[(k * d) + j];
                }
            }
        }

        return shift + trace - (2 * NuclearNorm(product, d));
    }

    /// <summary>Sum of singular values, as roots of the eigenvalues of AᵀA.</summary>
    private static double NuclearNorm(double[] a, int d)
    {
        double[] gram = new double[d * d], values = new double[d], vectors = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                for (int k = 0; k < d; k++)
                {
                    gram[(i * d) + j] += a[(k * d) + i] * a[(k * d) + j];
                }
            }
        }

        SymmetricEigen.Decompose(gram, values, vectors);
        double sum = 0;
        foreach (double value in values)
        {
            sum += Math.Sqrt(Math.Max(value, 0));
        }

        return sum;
    }

    private static double SquaredLength(ReadOnlySpan<double> a)
    {
        double sum = 0;
        foreach (double v in a)
        {
            sum += v * v;
        }

        return sum;
    }
}
