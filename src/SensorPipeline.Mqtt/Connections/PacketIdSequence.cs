namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// The identifiers of messages in flight and what they stand for. They are given out in sequence, so one is found by its distance from the
/// oldest, and one that comes back out of order is free again only when those before it are.
/// </summary>
internal sealed class PacketIdSequence
{
    /// <summary>Identifiers above are left to SUBSCRIBE.</summary>
    public const int Last = 0xFEFF;

    private long[] positions = new long[16];
    private long oldest;
    private long newest;
    private int oldestId = 1;
    private int nextId = 1;

    /// <summary>Whether all of them are in flight.</summary>
    public bool IsExhausted => newest - oldest >= Last;

    /// <summary>An identifier for the message at a position of the outbox.</summary>
    public ushort Take(long position)
    {
        if (newest - oldest == positions.Length)
        {
            positions = Ring.Grown(positions, oldest, newest);
        }

        positions[newest++ & (positions.Length - 1)] = position;
        int id = nextId;
        nextId = After(id);
        return (ushort)id;
    }

    /// <summary>The position that an identifier in flight stands for.</summary>
    public bool TryFind(ushort packetId, out long position)
    {
        int distance = packetId - oldestId;
        distance += distance < 0 ? Last : 0;
        bool found = packetId is > 0 and <= Last && distance < newest - oldest;
        position = found ? positions[(oldest + distance) & (positions.Length - 1)] : -1;
        return found;
    }

    /// <summary>The position that the oldest identifier in flight stands for.</summary>
    public bool TryPeek(out long position)
    {
        position = positions[oldest & (positions.Length - 1)];
        return oldest < newest;
    }

    /// <summary>The oldest identifier is free.</summary>
    public void Drop()
    {
        oldest++;
        oldestId = After(oldestId);
    }

    /// <summary>None is in flight any more.</summary>
    public void Clear() => (oldest, oldestId) = (newest, nextId);

    private static int After(int id) => id == Last ? 1 : id + 1;
}
