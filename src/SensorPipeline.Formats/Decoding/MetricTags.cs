namespace SensorPipeline.Formats.Decoding;

/// <summary>The closed sets of this namespace as metric tags.</summary>
public static class MetricTags
{
    private static readonly string[] Reasons =
    [
        "none", "unknown_topic", "malformed", "non_finite", "oversized", "out_of_range", "sentinel", "retained", "repeated",
        "too_many_sensors", "no_value", "bad_name", "too_old", "filtered", "duplicate", "unknown_alias", "historical", "bad_quality",
    ];

    private static readonly string[] Adjustments = ["future_time", "unreadable_time", "missing_time", "missing_value", "sequence_gap"];

    /// <summary>The tag of a reason: its name in snake case.</summary>
    public static string Tag(this RejectReason reason) => Reasons[(int)reason];

    /// <summary>The tag of an adjustment: its name in snake case.</summary>
    public static string Tag(this Adjustment adjustment) => Adjustments[(int)adjustment];
}
