namespace SensorPipeline.Worker.Web;

/// <summary>What would survive if the process ended now.</summary>
public sealed record StorageStatus
{
    /// <summary>What an acknowledged reading survives: <c>durable</c>, <c>relaxed</c> or <c>none</c>.</summary>
    public required string Durability { get; init; }

    /// <summary>Bytes the input log takes on disk; null where none is kept.</summary>
    public long? LogBytes { get; init; }

    /// <summary>Inputs ever logged.</summary>
    public long Inputs { get; init; }

    /// <summary>When the last checkpoint was written; null before the first.</summary>
    public DateTimeOffset? Checkpoint { get; init; }

    /// <summary>Why nothing can be written now, or null.</summary>
    public string? Fault { get; init; }
}
