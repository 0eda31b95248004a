namespace SensorPipeline.Storage.Checkpoints;

/// <summary>How writing a checkpoint went. A failure is no reason to stop: the older ones stand and the log keeps what they lack.</summary>
/// <param name="Fault">One line that says why it failed, or null where the checkpoint is on the medium.</param>
public readonly record struct CheckpointWriting(string? Fault)
{
    /// <summary>Whether the checkpoint is on the medium.</summary>
    public bool IsWritten => Fault is null;
}
