using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Gaussians;

/// <summary>
/// A Gaussian over several numbers, by mean and covariance; immutable. Products, conditionals and densities go through the Cholesky factor. With a covariance that is not positive
/// definite every answer that needs the factor is NaN. Results of the algebra are new objects; what runs for every frame has a form that writes into the caller's spans.
/// </summary>
public sealed class MultivariateGaussian
{
    private readonly double[] mean;
    private readonly double[] covariance;
    private readonly double[] factor;

    /// <summary>A Gaussian from its mean and covariance.</summary>
    /// <param name="mean">d means.</param>
    /// <param name="covariance">d×d covariances, row-major, symmetric.</param>
    /// <exception cref="ArgumentException">The covariance is not d×d.</exception>
    public MultivariateGaussian(ReadOnlySpan<double> mean, ReadOnlySpan<double> covariance)
    {
        if (mean.IsEmpty || covariance.Length != mean.Length * mean.Length)
        {
            throw new ArgumentException($"{mean.Length} means want a covariance of {mean.Length * mean.Length} numbers, not {covariance.Length}.", nameof(covariance));
        }

        this.mean = mean.ToArray();
        this.covariance = covariance.ToArray();
        factor = new double[covariance.Length];
        IsProper = Cholesky.TryFactor(covariance, factor, mean.Length);
        if (!IsProper)
        {
            Array.Fill(factor, double.NaN);
        }

        LogDeterminant = Cholesky.LogDeterminant(factor, mean.Length);
    }

    /// <summary>How many numbers it is about, d.</summary>
    public int Dimension => mean.Length;

    /// <summary>The means.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>The covariances, d×d, row-major.</summary>
    public ReadOnlySpan<double> Covariance => covariance;

    /// <summary>Whether the covariance is positive definite.</summary>
    public bool IsProper { get; }

    /// <summary>ln |C|.</summary>
    public double LogDeterminant { get; }

    /// <summary>Differential entropy in nats, ½(d(1 + ln 2π) + ln |C|).</summary>
    public double Entropy => (Dimension * (0.5 + SpecialFunctions.LogRootTwoPi)) + (0.5 * LogDeterminant);

    /// <summary>Cholesky factor R of the covariance, d×d, row-major, lower triangular.</summary>
    public ReadOnlySpan<double> Factor => factor;

    /// <summary>The scalar Gaussian of one of the numbers.</summary>
    /// <param name="index">Which one.</param>
    public Gaussian this[int index] => new(mean[index], covariance[(index * Dimension) + index]);

    /// <summary>(x−m)ᵀC⁻¹(x−m): χ² with d degrees of freedom when x is from here.</summary>
    /// <param name="x">d numbers.</param>
    public double SquaredMahalanobisDistance(ReadOnlySpan<double> x)
    {
        Span<double> y = Dimension <= 64 ? stackalloc double[Dimension] : new double[Dimension];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = x[i] - mean[i];
        }

        Cholesky.SolveLower(factor, y);
        double sum = 0;
        foreach (double v in y)
        {
            sum += v * v;
        }

        return sum;
    }

    /// <summary>Natural logarithm of the density at x.</summary>
    /// <param name="x">d numbers.</param>
    public double LogDensity(ReadOnlySpan<double> x) =>
        (-0.5 * (SquaredMahalanobisDistance(x) + LogDeterminant)) - (Dimension * SpecialFunctions.LogRootTwoPi);

    /// <summary>Natural logarithm at x of the multivariate Student t with this mean, this covariance as scale matrix, and degrees of freedom ν.</summary>
    /// <param name="x">d numbers.</param>
    /// <param name="degreesOfFreedom">ν &gt; 0.</param>
    public double LogStudentDensity(ReadOnlySpan<double> x, double degreesOfFreedom) =>
        LogStudentDensity(SquaredMahalanobisDistance(x), LogDeterminant, Dimension, degreesOfFreedom);

    /// <summary>Probability of a point at least as far away as x: the χ² tail of its distance.</summary>
    /// <param name="x">d numbers.</param>
    public double TailProbability(ReadOnlySpan<double> x) => new ChiSquared(Dimension).SurvivalProbability(SquaredMahalanobisDistance(x));

    /// <summary>One draw, m + R·z.</summary>
    /// <param name="random">The source of randomness, seeded by the caller.</param>
    /// <param name="x">d; receives the draw.</param>
    public void Sample(Random random, Span<double> x)
    {
        int d = Dimension;
        for (int i = 0; i < d; i++)
        {
            x[i] = Normal.StandardSample(random);
        }

        // From the last row up, so that the draws a row needs are still there.
        for (int i = d - 1; i >= 0; i--)
        {
            double sum = mean[i];
            for (int j = 0; j <= i; j++)
            {
                sum += factor[(i * d) + j] * x[j];
            }

            x[i] = sum;
        }
    }

    /// <summary>Fuses two independent beliefs about the same numbers.</summary>
    /// <param name="left">One belief.</param>
    /// <param name="right">The other.</param>
    public static MultivariateGaussian operator *(MultivariateGaussian left, MultivariateGaussian right) => GaussianAlgebra.Product(left, right).Result;

    /// <summary>The sum of two independent vectors.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static MultivariateGaussian operator +(MultivariateGaussian left, MultivariateGaussian right) => GaussianAlgebra.Sum(left, right);

    internal static double LogStudentDensity(double squaredDistance, double logDeterminant, int d, double nu)
    {
        double gammas = 0;
        for (int i = 0; i < d; i++)
        {
            gammas += SpecialFunctions.LogGammaHalfStep(0.5 * (nu + i));
        }

        return gammas - (0.5 * ((d * Math.Log(nu * Math.PI)) + logDeterminant + ((nu + d) * SpecialFunctions.Log1p(squaredDistance / nu))));
    }
}
