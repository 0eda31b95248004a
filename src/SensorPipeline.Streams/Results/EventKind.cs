namespace SensorPipeline.Streams.Results;

/// <summary>What happened. The names, in camel case, are part of the published format.</summary>
public enum EventKind : byte
{
    /// <summary>A reading, or a run of them, that does not belong.</summary>
    Outlier,

    /// <summary>The level changed and stayed.</summary>
    LevelShift,

    /// <summary>The level moves steadily.</summary>
    Drift,

    /// <summary>The noise grew or shrank.</summary>
    NoiseChange,

    /// <summary>The sensor repeats one value for longer than it would by chance.</summary>
    Stuck,

    /// <summary>The sensor has stopped reporting.</summary>
    Silent,

    /// <summary>A stuck or silent sensor is back, or a conflict is resolved.</summary>
    Recovered,

    /// <summary>A member contradicts the others of its group.</summary>
    Conflict,

    /// <summary>A group's members contradict each other, and none can be named.</summary>
    Inconsistent,

    /// <summary>A group moved to another regime.</summary>
    RegimeChange,

    /// <summary>A group is in no known regime.</summary>
    Novel,
}
