using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Frames;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>Sensors that move together between regimes.</summary>
public sealed record MixtureOptions : GroupOptions
{
    /// <summary>Event time between refits; null is 250 typical frames. A young model is refitted sooner, and so is one that explains its readings badly.</summary>
    public TimeSpan? Refit { get; init; }

    /// <summary>The greatest number of components a refit considers.</summary>
    public int MaximumComponents { get; init; } = 8;

    /// <summary>By what a refit chooses the number of components.</summary>
    public MixtureCriterion Criterion { get; init; }

    /// <summary>How many of the latest frames a refit sees.</summary>
    public int Window { get; init; } = 2000;

    /// <summary>The budget of a refit: passes × frames × components.</summary>
    public double Work { get; init; } = 1e8;
}
