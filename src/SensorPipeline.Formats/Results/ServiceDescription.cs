using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Results;

/// <summary>What service publishes, for those who read its results.</summary>
public sealed record ServiceDescription
{
    /// <summary>The version of the published format; it changes when a member changes its meaning.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The product's version.</summary>
    public required string Version { get; init; }

    /// <summary>The version of the published format.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The instance's name.</summary>
    public required string Instance { get; init; }

    /// <summary>A hash of the configuration in force.</summary>
    public required string ConfigurationHash { get; init; }

    /// <summary>When the process started.</summary>
    public EventTime Started { get; init; } = EventTime.None;
}
