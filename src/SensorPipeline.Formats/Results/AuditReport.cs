using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Results;

/// <summary>Whether the service keeps what it promises: the stated false-alarm budget beside the realised rate, and how it de-duplicates.</summary>
public readonly record struct AuditReport()
{
    /// <summary>When it was drawn up.</summary>
    public required EventTime Time { get; init; }

    /// <summary>The operator's budget, false alarms a sensor and day.</summary>
    public required double Budget { get; init; }

    /// <summary>Alarms that actually were raised, a sensor and day; NaN while there is no evidence.</summary>
    public required double Realised { get; init; }

    /// <summary>Lower end of the interval of that rate; NaN while unknown.</summary>
    public double RealisedLower { get; init; }

    /// <summary>Upper end of the interval of that rate; NaN while unknown.</summary>
    public double RealisedUpper { get; init; }

    /// <summary>What the rate rests on.</summary>
    public double SensorDays { get; init; }

    /// <summary>Episodes raised in that time.</summary>
    public long Episodes { get; init; }

    /// <summary>The share of normalised innovations inside their 95 % band; NaN while unknown.</summary>
    public double NormalisedInnovationCoverage { get; init; }

    /// <summary>The same for each fused group.</summary>
    public IReadOnlyList<GroupCoverage> Groups { get; init; } = [];

    /// <summary>How redelivered messages are recognised.</summary>
    public string? Deduplication { get; init; }

    /// <summary>How many messages were recognised as delivered again.</summary>
    public long Duplicates { get; init; }
}
