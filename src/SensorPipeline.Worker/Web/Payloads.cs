using System.Text.Json.Serialization;

namespace SensorPipeline.Worker.Web;

// What the page and other readers get as JSON: camelCase, unknown numbers left out, times in milliseconds since 1970. In histories, where
// positions matter, an unknown number is null.
internal sealed record FramePayload
{
    public ServicePayload? Service { get; init; }

    /// <summary>How many sensors are in each state, in the order of their numbers.</summary>
    public int[]? Counts { get; init; }

    public FleetPayload? Fleet { get; init; }

    public SensorDetailPayload? Sensor { get; init; }

    public IReadOnlyList<GroupPayload>? Groups { get; init; }

    public GroupDetailPayload? Group { get; init; }

    public IReadOnlyList<MixturePayload>? Mixtures { get; init; }

    public MixtureDetailPayload? Mixture { get; init; }

    public ServiceDetailPayload? Detail { get; init; }

    public IReadOnlyList<EventPayload>? Events { get; init; }
}

internal sealed record ServicePayload
{
    public required string Instance { get; init; }

    public required string Version { get; init; }

    public required long Started { get; init; }

    public required string Broker { get; init; }

    public required bool Connected { get; init; }

    public required int Sensors { get; init; }

    public required long Messages { get; init; }

    public required long Readings { get; init; }

    public required long Rejected { get; init; }

    public required long Outliers { get; init; }

    public required long Events { get; init; }

    public required long Refits { get; init; }

    public required long Queue { get; init; }

    public double? LagMilliseconds { get; init; }

    /// <summary>The budget, false alarms a sensor and day.</summary>
    public double? PerDay { get; init; }
}

internal sealed record FleetPayload(string Cells, int Matching, IReadOnlyList<SensorPayload> Rows);

internal sealed record SensorPayload
{
    public required string Name { get; init; }

    public required string State { get; init; }

    public required double Heat { get; init; }

    public double? Value { get; init; }

    public required long Time { get; init; }

    public required long Count { get; init; }

    public double? Mean { get; init; }

    public double? StandardDeviation { get; init; }

    public double? Lower { get; init; }

    public double? Upper { get; init; }

    public double? TailProbability { get; init; }

    public required bool Calibrated { get; init; }

    /// <summary>The kind of its latest event.</summary>
    public string? Event { get; init; }

    public long? EventTime { get; init; }
}

internal sealed record SensorDetailPayload
{
    /// <summary>Null where there is no such sensor.</summary>
    public SensorPayload? Summary { get; init; }

    public double? EffectiveSampleSize { get; init; }

    public string? NoiseType { get; init; }

    public double? NoiseStandardDeviation { get; init; }

    public double? NoiseRandomWalk { get; init; }

    /// <summary>A reading is flagged below PointShare times the false alarms a reading, at most PointShare times Cap.</summary>
    public double? PointShare { get; init; }

    public double? Cap { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }

    public HistoryPayload? History { get; init; }
}

/// <summary>Columns of equal length; Flagged holds positions within them.</summary>
internal sealed record HistoryPayload
{
    public List<long> Time { get; } = [];

    public List<double> Value { get; } = [];

    public List<double?> Mean { get; } = [];

    public List<double?> StandardDeviation { get; } = [];

    /// <summary>Minus the logarithm to base ten of the tail probability.</summary>
    public List<double?> Severity { get; } = [];

    public List<int> Flagged { get; } = [];
}

internal sealed record EstimatesPayload
{
    public List<long> Time { get; } = [];

    public List<double?> Mean { get; } = [];

    public List<double?> StandardDeviation { get; } = [];

    public List<double?> ChiSquare { get; } = [];

    public List<double?> Innovation { get; } = [];

    public List<int> Members { get; } = [];
}

internal sealed record GroupPayload
{
    public required string Name { get; init; }

    public required string Status { get; init; }

    public required int Size { get; init; }

    public double? Mean { get; init; }

    public double? StandardDeviation { get; init; }

    public int? Used { get; init; }

    public int? Gated { get; init; }

    public double? ChiSquare { get; init; }

    /// <summary>Share of recent innovations inside their 95 % band.</summary>
    public double? Coverage { get; init; }
}

internal sealed record MemberPayload(SensorPayload Sensor, HistoryPayload History, PartPayload? Part = null);

internal sealed record PartPayload
{
    public required string Status { get; init; }

    public double? Weight { get; init; }

    public double? Bias { get; init; }

    public double? BiasStandardDeviation { get; init; }

    public double? Noise { get; init; }
}

/// <summary>A group; Bands[d] is the 95 % band of chi-square with d degrees of freedom.</summary>
internal sealed record GroupDetailPayload(GroupPayload Group, EstimatesPayload Estimates, IReadOnlyList<MemberPayload> Members, IReadOnlyList<double[]> Bands);

internal sealed record MixturePayload(string Name, int Components, int? Regime);

internal sealed record ComponentPayload(int Label, double Weight, double Responsibility, IReadOnlyList<double> Mean, IReadOnlyList<double> Covariance);

internal sealed record MixtureDetailPayload
{
    public required string Name { get; init; }

    public int? Regime { get; init; }

    public required long Refits { get; init; }

    public required long Frames { get; init; }

    public required IReadOnlyList<ComponentPayload> Components { get; init; }

    public required IReadOnlyList<MemberPayload> Members { get; init; }

    public required RegimesPayload Regimes { get; init; }
}

/// <summary>Columns of equal length.</summary>
internal sealed record RegimesPayload
{
    public List<long> Time { get; } = [];

    public List<int> Regime { get; } = [];

    public List<double?> Severity { get; } = [];
}

internal sealed record ServiceDetailPayload
{
    public required long Published { get; init; }

    public required long Outbox { get; init; }

    public BudgetStatus? Budget { get; init; }

    public StorageStatus? Storage { get; init; }

    public BrokerStatus? Connection { get; init; }

    public required IReadOnlyDictionary<string, long> RejectedByReason { get; init; }

    public required IReadOnlyDictionary<string, long> EventsByKind { get; init; }

    public required SecondsPayload Seconds { get; init; }
}

/// <summary>Columns of equal length, a row a second; counters begin with the process.</summary>
internal sealed record SecondsPayload
{
    public List<long> Time { get; } = [];

    public List<long> Messages { get; } = [];

    public List<long> Readings { get; } = [];

    public List<long> Rejected { get; } = [];

    public List<long> Published { get; } = [];

    public List<long> Queue { get; } = [];

    public List<long> Outbox { get; } = [];

    public List<double?> Lag { get; } = [];
}

internal sealed record EventPayload
{
    public required string Id { get; init; }

    public required long Time { get; init; }

    public required string Kind { get; init; }

    public string? Sensor { get; init; }

    public string? Group { get; init; }

    public double? Value { get; init; }

    public double? TailProbability { get; init; }

    public required string Reason { get; init; }

    public string? Supersedes { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FramePayload))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class DashboardJson : JsonSerializerContext;
