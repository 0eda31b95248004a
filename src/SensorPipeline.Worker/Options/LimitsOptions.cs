using System.ComponentModel.DataAnnotations;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Options;

/// <summary>What the service refuses to exceed, so that no input can exhaust it. What is refused is counted.</summary>
public sealed record LimitsOptions
{
    /// <summary>Sensors; readings of further ones are rejected.</summary>
    [Range(1, 10_000_000)]
    public int Sensors { get; init; } = 100_000;

    /// <summary>Groups, fused and mixed together.</summary>
    [Range(0, 1_000_000)]
    public int Groups { get; init; } = 10_000;

    /// <summary>Members of one group.</summary>
    [Range(1, 4096)]
    public int Members { get; init; } = 64;

    /// <summary>Length of a payload, in bytes.</summary>
    [Range(16, 16 * 1024 * 1024)]
    public int PayloadBytes { get; init; } = 256 * 1024;

    /// <summary>Messages waiting to be published or acknowledged; states wait their turn beyond it, events are dropped.</summary>
    [Range(16, 10_000_000)]
    public int Queue { get; init; } = 65_536;

    /// <summary>Components of one mixture.</summary>
    [Range(1, 64)]
    public int Components { get; init; } = 8;

    /// <summary>Readings of one sensor that the page can look back on.</summary>
    [Range(0, 1_000_000)]
    public int History { get; init; } = 600;

    /// <summary>What decoding needs to know of the limits.</summary>
    internal SourceLimits ToSourceLimits() => new() { Sensors = Sensors, PayloadBytes = PayloadBytes };
}
