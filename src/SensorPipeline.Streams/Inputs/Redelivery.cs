using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Inputs;

/// <summary>
/// Recognises what a broker sends again after a reconnect, and only that: a delivery marked as repeated whose packet identifier last stood, in
/// an earlier connection of the same session, for the same topic and payload. Equal readings of a live stream all count.
/// State: 16 bytes for each packet identifier in use.
/// </summary>
public sealed class Redelivery : ISnapshot
{
    private Entry[] entries = [];
    private int epoch;

    /// <summary>How many readings were recognised as repeats.</summary>
    public long Repeats { get; private set; }

    /// <summary>A connection began; without its session nothing earlier can come again.</summary>
    public void BeginEpoch(bool sessionResumed)
    {
        epoch++;
        if (!sessionResumed)
        {
            entries.AsSpan().Clear();
        }
    }

    /// <summary>Whether a reading came before; if not, takes note of it.</summary>
    public bool IsRepeat(DeliveryKey key)
    {
        if (key.IsNone)
        {
            return false;
        }

        if (key.PacketId >= entries.Length)
        {
            Array.Resize(ref entries, Math.Max(1024, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)key.PacketId + 1)));
        }

        ref Entry entry = ref entries[key.PacketId];
        // A message with several readings is met once for each: what this connection has noted is not a repeat.
        if (key.Redelivered && entry.Epoch != epoch && entry.Epoch != 0 && entry.Hash == key.Hash)
        {
            Repeats++;
            return true;
        }

        entry = new Entry(key.Hash, epoch);
        return false;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(epoch);
        writer.Write(Repeats);
        writer.WriteSpan<Entry>(entries);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        epoch = reader.Read<int>();
        Repeats = reader.Read<long>();
        entries = reader.ReadArray<Entry>();
    }

    private readonly record struct Entry(ulong Hash, long Epoch);
}
