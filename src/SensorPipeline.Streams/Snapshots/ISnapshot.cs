namespace SensorPipeline.Streams.Snapshots;

/// <summary>State that can be written to bytes and restored to the last bit.</summary>
public interface ISnapshot
{
    /// <summary>Appends the state.</summary>
    void Save(SnapshotWriter writer);

    /// <summary>Replaces the state by one that was saved.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a state of this kind.</exception>
    void Load(ref SnapshotReader reader);
}
