namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// A noise of which a share a comes from a first-order autoregression and the rest is white: its correlation k readings apart is ρₖ = a·φᵏ. Two lags
/// say both, φ = ρ₂/ρ₁ and a = ρ₁/φ (Box and Jenkins 1976, section 4.3), and white it is as long as ρ₁ is not clearly there.
/// </summary>
/// <param name="Share">a, from 0 to 1.</param>
/// <param name="Persistence">φ, from 0 to less than 1.</param>
internal readonly record struct SerialCorrelation(double Share, double Persistence)
{
    private const double ClearlyThere = 3;
    private const double MostPersistence = 0.99;

    /// <summary>Noise without memory.</summary>
    public static SerialCorrelation White => default;

    /// <summary>How many consecutive readings say no more than one that is independent: the variance of a long mean is that many times a white noise's, 1 + 2Σρₖ.</summary>
    public double Redundancy => 1 + (2 * Share * Persistence / (1 - Persistence));

    /// <summary>As <see cref="Redundancy"/>, for a mean over so many readings: what lasts longer than those is no noise to it but a level that moves.</summary>
    public double RedundancyWithin(double readings) => Persistence > 1 - (2 / readings) ? 1 : Redundancy;

    /// <summary>What the correlations at lags one and two show, learned from so many pairs of readings.</summary>
    public static SerialCorrelation Of(double first, double second, double pairs)
    {
        double uncertainty = 1 / Math.Sqrt(pairs);
        if (!(first > ClearlyThere * uncertainty))
        {
            return White;
        }

        // The second lag tells a slow part from a quick one only as far as it is known itself; a quick one is what is assumed until then.
        double known = first * first / ((first * first) + (uncertainty * uncertainty));
        double persistence = first + (known * ((second / first) - first));
        persistence = Math.Clamp(persistence, Math.Min(first, MostPersistence), MostPersistence);
        return new SerialCorrelation(Math.Min(first / persistence, 1), persistence);
    }
}
