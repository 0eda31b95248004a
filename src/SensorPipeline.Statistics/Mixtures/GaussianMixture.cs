using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// A mixture of K Gaussians with full covariances in d dimensions: Σ πₖ N(x; mₖ, Cₖ). Immutable. Asking it about a complete point allocates nothing: y = R⁻¹(x−m),
/// ln pₖ = ln πₖ − ½(|y|² + 2Σ ln Rᵢᵢ + d ln 2π), and the sum over components is shifted by its largest term, so points thousands of deviations away still get responsibilities
/// that add to one. A point may have missing channels, NaN: it is judged by those it has.
/// </summary>
public sealed class GaussianMixture
{
    private const int StackLimit = 64;

    private readonly double[] weights;
    private readonly double[] means;
    private readonly double[] covariances;
    private readonly ComponentLanes lanes;
    private readonly EllipticalLaw law;

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
        lanes = new ComponentLanes(Components, Dimension);
        law = new EllipticalLaw(double.PositiveInfinity, Dimension);
        double[] factor = new double[Dimension * Dimension];
        for (int k = 0; k < Components; k++)
        {
            if (!Cholesky.TryFactor(Covariance(k), factor, Dimension))
            {
                throw new ArgumentException($"The covariance of component {k} is not positive definite.", nameof(covariances));
            }

            Cholesky.InvertFactor(factor, InverseFactors.AsSpan(k * factor.Length, factor.Length), Dimension);
            lanes.TrySet(k, weights[k], Mean(k), Covariance(k));
            LogConstants[k] = lanes.Constant(k);
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
        if (MissingPattern.IsIncomplete(x))
        {
            return MarginalResponsibilities(x, responsibilities);
        }

        return lanes.Ask(x, law, responsibilities[..Components], []);
    }

    /// <summary>The mixture of some of the channels alone.</summary>
    /// <param name="channels">Which ones, in the order wanted.</param>
    public GaussianMixture Marginal(params ReadOnlySpan<int> channels)
    {
        MultivariateGaussian[] parts = new MultivariateGaussian[Components];
        for (int k = 0; k < Components; k++)
        {
            parts[k] = Component(k).Marginal(channels);
        }

        return Of(weights, parts);
    }

    /// <summary>
    /// What some channels say about the others: again a mixture, of the components' conditionals, with the responsibilities for the known channels as shares. It need not be Gaussian: between two
    /// regimes that the known channels do not tell apart it has two modes.
    /// </summary>
    /// <param name="x">d numbers, NaN where unknown; at least one is known and one is not.</param>
    /// <returns>The mixture of the unknown channels, in ascending order.</returns>
    public GaussianMixture Conditional(ReadOnlySpan<double> x)
    {
        double[] shares = new double[Components], point = x.ToArray();
        Responsibilities(x, shares);
        int[] known = [.. Enumerable.Range(0, Dimension).Where(i => !double.IsNaN(point[i]))];
        double[] values = [.. known.Select(i => point[i])];
        return Of(shares, [.. Enumerable.Range(0, Components).Select(k => new ConditionalGaussian(Component(k), known).Given(values))]);
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

    private static GaussianMixture Of(ReadOnlySpan<double> weights, MultivariateGaussian[] parts) =>
        new(weights, [.. parts.SelectMany(part => part.Mean.ToArray())], [.. parts.SelectMany(part => part.Covariance.ToArray())]);

    private double MarginalResponsibilities(ReadOnlySpan<double> x, Span<double> responsibilities)
    {
        var pattern = new MissingPattern(Components, Dimension);
        pattern.Take(x);
        for (int k = 0; k < Components; k++)
        {
            pattern.Prepare(k, weights[k], Covariance(k));
            responsibilities[k] = pattern.LogDensity(k, x, Mean(k), out _);
        }

        double log = SpecialFunctions.LogSumExp(responsibilities[..Components]);
        for (int k = 0; k < Components; k++)
        {
            responsibilities[k] = Math.Exp(responsibilities[k] - log);
        }

        return log;
    }
}
