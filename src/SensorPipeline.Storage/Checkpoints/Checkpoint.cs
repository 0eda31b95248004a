namespace SensorPipeline.Storage.Checkpoints;

/// <summary>The graph's whole state between two inputs.</summary>
/// <param name="NextSequence">The first input the state does not know: recovery replays the log from here.</param>
/// <param name="OptionsHash">Hash of the options the state belongs to.</param>
/// <param name="State">What the snapshot writer wrote.</param>
public sealed record Checkpoint(long NextSequence, ulong OptionsHash, ReadOnlyMemory<byte> State);
