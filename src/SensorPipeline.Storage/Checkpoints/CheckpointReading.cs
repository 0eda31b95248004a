namespace SensorPipeline.Storage.Checkpoints;

/// <summary>What a store holds.</summary>
/// <param name="Newest">The newest checkpoint that is whole, or null where there is none.</param>
/// <param name="Faults">One line for each file that was passed over because it is damaged: a longer replay, and a reason to look at the disk.</param>
public sealed record CheckpointReading(Checkpoint? Newest, IReadOnlyList<string> Faults)
{
    /// <summary>There are checkpoints and none is whole. Only a log that begins at 0 can take their place; without one, starting would forget everything in silence.</summary>
    public bool IsLost => Newest is null && Faults.Count > 0;
}
