using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// A mixture of K Gaussians with full covariances in d dimensions: Σ πₖ N(x; mₖ, Cₖ). Immutable. Asking it about one point allocates nothing: y = R⁻¹(x−m),
/// ln pₖ = ln πₖ − ½(|y|² + 2Σ ln Rᵢᵢ + d ln 2π), and the sum over components is shifted by its largest term, so points thousands of deviations away still get responsibilities
/// that add to one.
/// </summary>
public sealed class GaussianMixture
{
    private const int StackLimit = 64;

    private readonly double[] weights;
    private readonly double[] means;
    private readonly double[] covariances;

    /// <summary>A mixture from its parameters.</summary>
    /// <param name="weights">K shares that add to 1.</param>
    /// <param name="means">K×d, row-major.</param>
    /// <param name="covariances">K×d×d, row-major, each positive definite.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together or a covariance is not positive definite.</exception>
    public GaussianMixture(ReadOnlySpan<double> weights, ReadOnlySpan<double> means, ReadOnlySpan<double> covariances)
    {
        Components = weights.Length;
        Dimension = weights.IsEmpty ? 0 : means.Length / weights.Length;
        if (Dimension == 0 || means.Length != Components * Dimension || covariances.Length != means.Length * Dimension)
        {
            throw new ArgumentException($"{weights.Length} weights, {means.Length} means and {covariances.Length} covariances do not make a mixture.", nameof(weights));
        }

        this.weights = weights.ToArray();
        this.means = means.ToArray();
        this.covariances = covariances.ToArray();
        InverseFactors = new double[covariances.Length];
        LogConstants = new double[Components];
        double[] factor = new double[Dimension * Dimension];
        for (int k = 0; k < Components; k++)
        {
            if (!Cholesky.TryFactor(Covariance(k), factor, Dimension))
            {
                throw new ArgumentException($"The covariance of component {k} is not positive definite.", nameof(covariances));
            }

            Cholesky.InvertFactor(factor, InverseFactors.AsSpan(k * factor.Length, factor.Length), Dimension);
            LogConstants[k] = Math.Log(weights[k]) - (0.5 * Cholesky.LogDeterminant(factor, Dimension)) - (Dimension * SpecialFunctions.LogRootTwoPi);
        }
    }

    /// <summary>Number of components, K.</summary>
    public int Components { get; }

    /// <summary>Number of channels, d.</summary>
    public int Dimension { get; }

    /// <summary>Shares of the components.</summary>
    public ReadOnlySpan<double> MixingWeights => weights;

    /// <summary>All means, K×d.</summary>
    public ReadOnlySpan<double> Means => means;

    /// <summary>All covariances, K×d×d.</summary>
    public ReadOnlySpan<double> Covariances => covariances;

    /// <summary>R⁻¹ of every component, K×d×d.</summary>
    internal double[] InverseFactors { get; }

    /// <summary>What the log density of a component has besides its distance.</summary>
    internal double[] LogConstants { get; }

    /// <summary>Mean of a component.</summary>
    /// <param name="component">Which one.</param>
    public ReadOnlySpan<double> Mean(int component) => means.AsSpan(component * Dimension, Dimension);

    /// <summary>Covariance of a component, d×d.</summary>
    /// <param name="component">Which one.</param>
    public ReadOnlySpan<double> Covariance(int component) => covariances.AsSpan(component * Dimension * Dimension, Dimension * Dimension);

    /// <summary>A component as a Gaussian.</summary>
    /// <param name="component">Which one.</param>
    public MultivariateGaussian Component(int component) => new(Mean(component), Covariance(component));

    /// <summary>Squared Mahalanobis distance of a point from a component.</summary>
    /// <param name="component">Which one.</param>
    /// <param name="x">d numbers.</param>
    public double SquaredMahalanobisDistance(int component, ReadOnlySpan<double> x)
    {
        int d = Dimension;
        ReadOnlySpan<double> inverse = InverseFactors.AsSpan(component * d * d, d * d);
        ReadOnlySpan<double> mean = Mean(component);
        double sum = 0;
        for (int i = 0; i < d; i++)
        {
            double y = 0;
            for (int j = 0; j <= i; j++)
            {
                y += inverse[(i * d) + j] * (x[j] - mean[j]);
            }

            sum += y * y;
        }

        return sum;
    }

    /// <summary>ln Σ πₖ N(x; mₖ, Cₖ).</summary>
    /// <param name="x">d numbers.</param>
    public double LogDensity(ReadOnlySpan<double> x)
    {
        Span<double> responsibilities = Components <= StackLimit ? stackalloc double[Components] : new double[Components];
        return Responsibilities(x, responsibilities);
    }

    /// <summary>The probability of each component given a point, and the log density there.</summary>
    /// <param name="x">d numbers.</param>
    /// <param name="responsibilities">K; receives shares that add to 1.</param>
    /// <returns>ln of the density.</returns>
    public double Responsibilities(ReadOnlySpan<double> x, Span<double> responsibilities)
    {
        for (int k = 0; k < Components; k++)
        {
            responsibilities[k] = LogConstants[k] - (0.5 * SquaredMahalanobisDistance(k, x));
        }

        double log = SpecialFunctions.LogSumExp(responsibilities[..Components]);
        for (int k = 0; k < Components; k++)
        {
            responsibilities[k] = Math.Exp(responsibilities[k] - log);
        }

        return log;
    }

    /// <summary>One draw.</summary>
    /// <param name="random">The source of randomness, seeded by the caller.</param>
    /// <param name="x">d; receives the draw.</param>
    /// <returns>The component it came from.</returns>
    public int Sample(Random random, Span<double> x)
    {
        double u = random.NextDouble();
        int k = 0;
        while (k < Components - 1 && u >= weights[k])
        {
            u -= weights[k++];
        }

        Component(k).Sample(random, x);
        return k;
    }
}
