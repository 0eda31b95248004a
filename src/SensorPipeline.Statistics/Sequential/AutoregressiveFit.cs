namespace SensorPipeline.Statistics.Sequential;

/// <summary>First-order autoregression of a sample by Yule and Walker: x − μ = φ(x₋₁ − μ) + innovation.</summary>
/// <param name="Mean">μ.</param>
/// <param name="Coefficient">φ, the first autocorrelation.</param>
/// <param name="InnovationVariance">Population variance times 1 − φ².</param>
/// <param name="EffectiveSampleSize">How many independent data the mean is worth, n(1−φ)/(1+φ).</param>
public readonly record struct AutoregressiveFit(double Mean, double Coefficient, double InnovationVariance, double EffectiveSampleSize)
{
    /// <summary>Fits a sample; NaN when all data are equal.</summary>
    /// <param name="sample">Finite data in order.</param>
    public static AutoregressiveFit Of(ReadOnlySpan<double> sample)
    {
        var moments = default(Moments.Moments);
        foreach (double x in sample)
        {
            moments = moments.Observe(x);
        }

        double phi = Autocorrelation.OfSample(sample, 1);
        return new(moments.Mean, phi, moments.PopulationVariance * (1 - (phi * phi)), sample.Length * ((1 - phi) / (1 + phi)));
    }

    /// <summary>What the last datum does not explain of the next.</summary>
    /// <param name="previous">The datum before.</param>
    /// <param name="x">The datum.</param>
    public double Innovation(double previous, double x) => x - Mean - (Coefficient * (previous - Mean));
}
