using SensorPipeline.Statistics.Special;
using SensorPipeline.Statistics.Tails;

namespace SensorPipeline.Statistics.Distributions;

/// <summary>
/// Generalised Pareto distribution, the limit law of excesses over a high threshold: P(X &gt; x) = (1 + γy/σ)^(−1/γ), y = x − location. A shape γ &gt; 0 is a power tail of
/// index 1/γ, γ = 0 the exponential, γ &lt; 0 ends at −σ/γ. Continuous through γ = 0.
/// </summary>
/// <param name="Shape">γ, also written ξ.</param>
/// <param name="Scale">σ &gt; 0, in the unit of the data.</param>
/// <param name="Location">Threshold at which the excesses start.</param>
public readonly record struct GeneralizedPareto(double Shape, double Scale, double Location = 0) : IDistribution<GeneralizedPareto>
{
    /// <inheritdoc/>
    public double Mean => Shape < 1 ? Location + (Scale / (1 - Shape)) : double.NaN;

    /// <inheritdoc/>
    public double Variance => Shape switch
    {
        < 0.5 => Scale * Scale / ((1 - Shape) * (1 - Shape) * (1 - (2 * Shape))),
        < 1 => double.PositiveInfinity,
        _ => double.NaN,
    };

    /// <summary>Largest possible value: infinite unless the shape is negative.</summary>
    public double UpperBound => Shape < 0 ? Location - (Scale / Shape) : double.PositiveInfinity;

    /// <summary>Maximum likelihood for excesses above zero.</summary>
    /// <param name="sample">Excesses, finite and positive.</param>
    public static GeneralizedPareto Fit(ReadOnlySpan<double> sample) => GeneralizedParetoFit.ByMaximumLikelihood(sample).Distribution;

    /// <inheritdoc/>
    public double LogDensity(double x)
    {
        double y = Excess(x);
        return double.IsNaN(y) ? double.NaN : y < 0 || x > UpperBound || double.IsPositiveInfinity(x) ? double.NegativeInfinity : -CumulativeHazard(y) - LogOnePlus(y) - Math.Log(Scale);
    }

    /// <inheritdoc/>
    public double CumulativeProbability(double x) => -SpecialFunctions.Expm1(LogSurvivalProbability(x));

    /// <inheritdoc/>
    public double LogCumulativeProbability(double x) => Math.Log(CumulativeProbability(x));

    /// <inheritdoc/>
    public double SurvivalProbability(double x) => Math.Exp(LogSurvivalProbability(x));

    /// <inheritdoc/>
    public double LogSurvivalProbability(double x)
    {
        double y = Excess(x);
        return double.IsNaN(y) ? double.NaN : y <= 0 ? 0 : x >= UpperBound ? double.NegativeInfinity : -CumulativeHazard(y);
    }

    /// <inheritdoc/>
    public double Quantile(double p) => p is >= 0 and <= 1 ? AtHazard(-SpecialFunctions.Log1p(-p)) : double.NaN;

    /// <inheritdoc/>
    public double InverseSurvivalProbability(double q) => q is >= 0 and <= 1 ? AtHazard(-Math.Log(q)) : double.NaN;

    /// <summary>One draw, by inversion.</summary>
    /// <param name="random">The source of randomness, seeded by the caller.</param>
    public double Sample(Random random) => AtHazard(-Math.Log(1 - random.NextDouble()));

    /// <summary>The excess in scales; NaN where the parameters have no meaning.</summary>
    private double Excess(double x) => Scale >= 0 && !double.IsNaN(Shape) ? (x - Location) / Scale : double.NaN;

    private double LogOnePlus(double y) => SpecialFunctions.Log1p(Shape * y);

    private double CumulativeHazard(double y)
    {
        double z = Shape * y;

        // Below the resolution of a double the quotient is its limit, not zero over zero.
        return Math.Abs(z) < 1e-16 ? y : SpecialFunctions.Log1p(z) / Shape;
    }

    private double AtHazard(double hazard)
    {
        double z = Shape * hazard;
        return Location + ((Scale >= 0 ? Scale : double.NaN) * (Math.Abs(z) < 1e-16 || Shape == 0 ? hazard : SpecialFunctions.Expm1(z) / Shape));
    }
}
