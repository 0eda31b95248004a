namespace SensorPipeline.Storage.Checkpoints;

/// <summary>What a store holds.</summary>
/// <param name="Newest">The newest checkpoint that is whole, or null where there is none.</param>
/// <param name="Faults">One line for each file that was passed over because it is damaged: a longer replay, and a reason to look at the disk.</param>
public sealed record CheckpointReading(Checkpoint? Newest, IReadOnlyList<string> Faults);
