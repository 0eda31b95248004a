namespace SensorPipeline.Storage.Checkpoints;

/// <summary>A checkpoint file as it was found.</summary>
/// <param name="Path">The file.</param>
/// <param name="Generation">Its number; the greatest is the newest.</param>
/// <param name="Checkpoint">What it holds, or null where it is not whole.</param>
/// <param name="Fault">What is wrong with it, or null.</param>
public sealed record CheckpointReport(string Path, long Generation, Checkpoint? Checkpoint, string? Fault);
