namespace SensorPipeline.Worker.Replay;

/// <summary>How recorded readings are read.</summary>
public sealed record ReadingSourceOptions
{
    /// <summary>Whether the first bad row ends the replay.</summary>
    public bool Strict { get; init; }

    /// <summary>A batch ends with the row that brings it to this many inputs.</summary>
    public int BatchInputs { get; init; } = 4096;

    /// <summary>How many bad rows are kept word for word; all are counted.</summary>
    public int KeptBadRows { get; init; } = 20;

    /// <summary>How many sensors there may be; rows that name more are bad.</summary>
    public int MaxSensors { get; init; } = 1_000_000;

    /// <summary>The longest record, in bytes.</summary>
    public int MaxRecordBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest name of a sensor, in bytes of UTF-8.</summary>
    public int MaxNameBytes { get; init; } = 1024;
}
