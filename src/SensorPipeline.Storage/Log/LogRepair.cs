namespace SensorPipeline.Storage.Log;

/// <summary>What a repair did.</summary>
/// <param name="SetAside">Files that hold what was taken out of the log, for whoever wants to look.</param>
/// <param name="NextSequence">Where the log ends now.</param>
public sealed record LogRepair(IReadOnlyList<string> SetAside, long NextSequence);
