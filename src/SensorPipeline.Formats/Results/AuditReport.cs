using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Results;

/// <summary>Whether the service keeps what it promises: the stated false-alarm budget beside the realised rate, and how it de-duplicates.</summary>
public sealed record AuditReport
{
    /// <summary>When it was drawn up.</summary>
    public required EventTime Time { get; init; }

    /// <summary>The operator's budget, false alarms a sensor and day.</summary>
    public required double Budget { get; init; }

    /// <summary>The false discovery rate that takes the budget's place, or NaN.</summary>
    public double FalseDiscoveryRate { get; init; } = double.NaN;

    /// <summary>Alarms that were raised, over all sensors and kinds.</summary>
    public required RealisedRate Realised { get; init; }

    /// <summary>The same by kind, each with its share of the budget.</summary>
    public IReadOnlyList<AuditedKind> Kinds { get; init; } = [];

    /// <summary>How many sensors raise more than the budget beyond chance: the lower end of their interval lies above it.</summary>
    public int SensorsAbove { get; init; }

    /// <summary>The worst of them, the highest rate first; not all where there are many.</summary>
    public IReadOnlyList<AuditedSensor> Worst { get; init; } = [];

    /// <summary>The share of normalised innovations inside their 95 % band; NaN while unknown.</summary>
    public double NormalisedInnovationCoverage { get; init; } = double.NaN;

    /// <summary>The same for each fused group.</summary>
    public IReadOnlyList<GroupCoverage> Groups { get; init; } = [];

    /// <summary>How redelivered messages are recognised.</summary>
    public string? Deduplication { get; init; }

    /// <summary>How many messages were recognised as delivered again.</summary>
    public long Duplicates { get; init; }

    /// <summary>What became of the last edit of the configuration; null where nobody has edited it since the start.</summary>
    public ConfigurationReport? Configuration { get; init; }
}
