namespace SensorPipeline.Storage.Log;

/// <summary>What opening a log had to do; for the host to report.</summary>
public sealed record LogRecovery
{
    /// <summary>The segment whose torn tail was cut off, or null. What is cut had not been committed.</summary>
    public string? CutPath { get; init; }

    /// <summary>Where it was cut.</summary>
    public long CutOffset { get; init; }

    /// <summary>How many bytes were cut off.</summary>
    public long CutBytes { get; init; }

    /// <summary>What was wrong with the first of them.</summary>
    public string? CutReason { get; init; }

    /// <summary>
    /// The sequence at which the log ended where the checkpoint was further on, or null. Its content was dropped and it goes on at the
    /// checkpoint. That follows a power cut under <see cref="Durability.Relaxed"/>, or a time without a log.
    /// </summary>
    public long? BehindCheckpointAt { get; init; }
}
