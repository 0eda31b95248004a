using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Sequential;

/// <summary>
/// First autocorrelation φ of a stream of standardised residuals, robust and forgetful: c₀ and c₁ sum the products d·d and d·d₋₁ of residuals winsorised at 3, φ = c₁/c₀, 0 while
/// it is within two standard errors of nothing and never beyond ±0.98. A stream with φ at that bound is a random walk and should be modelled as one.
/// <para>Use: <c>state.Retain(share).Observe(residual)</c>. State: four doubles.</para>
/// </summary>
public readonly record struct Autocorrelation : IForgetful<Autocorrelation>
{
    private const double Bound = 3;
    private const double Largest = 0.98;

    private readonly double square;
    private readonly double product;
    private readonly double previous;
    private readonly double weight;

    private Autocorrelation(double square, double product, double previous, double weight)
    {
        this.square = square;
        this.product = product;
        this.previous = previous;
        this.weight = weight;
    }

    /// <summary>Effective number of residuals seen.</summary>
    public double Weight => weight;

    /// <summary>φ as estimated, without the test against zero; 0 before two residuals.</summary>
    public double Raw => square > 0 ? Math.Clamp(product / square, -Largest, Largest) : 0;

    /// <summary>φ, or 0 while |φ| &lt; 2/√n.</summary>
    public double Coefficient => Raw is var phi && phi * phi * weight > 4 ? phi : 0;

    /// <summary>By what factor a mean of many data is worth fewer independent ones: (1−φ)/(1+φ).</summary>
    public double EffectiveShare => (1 - Coefficient) / (1 + Coefficient);

    /// <inheritdoc/>
    public Autocorrelation Retain(double share) => new(share * square, share * product, previous, share * weight);

    /// <summary>After one more residual.</summary>
    /// <param name="residual">Residual over its scale; one that is not finite breaks the chain and counts for nothing.</param>
    public Autocorrelation Observe(double residual)
    {
        if (!double.IsFinite(residual))
        {
            return new(square, product, 0, weight);
        }

        double d = Math.Clamp(residual, -Bound, Bound);
        return new(square + (d * d), product + (d * previous), d, weight + 1);
    }

    /// <summary>Autocorrelation of a sample at a lag, Σdᵢdᵢ₊ₗ/Σdᵢ² about its mean; NaN when all data are equal.</summary>
    /// <param name="sample">Finite data in order.</param>
    /// <param name="lag">How many data apart, 0 or more.</param>
    public static double OfSample(ReadOnlySpan<double> sample, int lag)
    {
        var moments = default(Moments.Moments);
        foreach (double x in sample)
        {
            moments = moments.Observe(x);
        }

        (double mean, double rest) = moments.SplitMean;
        double product = 0;
        for (int i = lag; i < sample.Length; i++)
        {
            product += (sample[i] - mean - rest) * (sample[i - lag] - mean - rest);
        }

        return moments.SumOfSquares > 0 ? product / moments.SumOfSquares : double.NaN;
    }
}
