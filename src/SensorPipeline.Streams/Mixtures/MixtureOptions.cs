using SensorPipeline.Streams.Frames;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>Sensors that move together between regimes.</summary>
public sealed record MixtureOptions : GroupOptions
{
    /// <summary>Event time between refits; null is 500 typical frames.</summary>
    public TimeSpan? Refit { get; init; }

    /// <summary>The greatest number of components a refit considers.</summary>
    public int MaximumComponents { get; init; } = 6;

    /// <summary>How many of the latest complete frames a refit sees.</summary>
    public int Window { get; init; } = 2000;
}
