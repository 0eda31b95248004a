using System.Numerics;
using System.Runtime.CompilerServices;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Inputs;

/// <summary>
/// Recognises what a broker sends again after a reconnect, and only that: a delivery marked as repeated that equals, in topic and payload, one of
/// an earlier connection of the same session. Equal readings of a live stream all count. The strongest key comes first: a payload with the
/// device's own number or time names the message, whatever identifier the broker gives it now; any other is told by its packet identifier.
/// <para>
/// A broker sends again in the order in which it sent, before what it never sent, and has taken the acknowledgements of all but the last
/// <see cref="Reach"/> messages, for the connection is left before it has not: with QoS 2 at half of that, because what only waited for its release may be
/// published again and lies behind all that was not acknowledged. So the n-th message of a connection repeats one behind the first n of those, and
/// behind the repeat before it: an identifier that has come round again, with a constant reading, is not taken for its last use.
/// </para>
/// State: 16 bytes for each of the last messages, at most as many as there are identifiers.
/// </summary>
public sealed class Redelivery : ISnapshot
{
    /// <summary>How many messages a broker is to have in flight: well within half of <see cref="Reach"/>.</summary>
    public const int Window = 20_480;

    /// <summary>
    /// How many of the last messages may come again, whatever the broker makes of <see cref="Window"/>: fewer than there are packet identifiers, so that among
    /// them and as many new ones an identifier does not stand for two.
    /// </summary>
    public const int Reach = 57_344;

    private const int LeastMemory = 1024;
    private const int GreatestMemory = 65_536;

    // Deliveries are numbered from 1; number n stands at n modulo the length, which is a power of two.
    private Entry[] recent = [];
    private long delivered;

    // What came before the last connection; what belongs to another session; the earliest that can come again now.
    private long deliveredBefore;
    private long forgotten;
    private long earliest;

    // Both follow from the recent deliveries: the last one under each identifier, and, once it is needed, of each content.
    private long[] identifiers = [];
    private Dictionary<ulong, long>? contents;

    /// <summary>How many readings were recognised as repeats.</summary>
    public long Repeats { get; private set; }

    /// <summary>How many readings can be told by the device's number in their message.</summary>
    public long KeyedBySequence { get; private set; }

    /// <summary>How many readings can be told by the device's time in them.</summary>
    public long KeyedByTime { get; private set; }

    /// <summary>How many readings can be told by their packet identifier only.</summary>
    public long KeyedByIdentifier { get; private set; }

    /// <summary>What tells repeats from new readings, in words.</summary>
    public string KeyInForce
    {
        get
        {
            (string Name, long Count)[] keys = [("deviceSequence", KeyedBySequence), ("deviceTime", KeyedByTime), ("packetIdentifier", KeyedByIdentifier)];
            string[] inForce = [.. keys.Where(key => key.Count > 0).Select(key => key.Name)];
            return inForce.Length == 0 ? "none" : string.Join(", ", inForce);
        }
    }

    private long Oldest => Math.Max(forgotten, delivered - recent.Length) + 1;

    /// <summary>A connection began; without its session nothing earlier can come again.</summary>
    public void BeginEpoch(bool sessionResumed)
    {
        deliveredBefore = delivered;
        earliest = deliveredBefore - Reach + 1;
        contents = null;
        forgotten = sessionResumed ? forgotten : delivered;
    }

    /// <summary>Whether a reading came before; if not, takes note of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsRepeat(in Input reading) => !new DeliveryKey(reading.Key).IsNone && IsKnown(reading);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(delivered);
        writer.Write(deliveredBefore);
        writer.Write(forgotten);
        writer.Write(earliest);
        writer.Write(Repeats);
        writer.Write(KeyedBySequence);
        writer.Write(KeyedByTime);
        writer.Write(KeyedByIdentifier);
        writer.WriteSpan<Entry>(recent);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        delivered = reader.Read<long>();
        deliveredBefore = reader.Read<long>();
        forgotten = reader.Read<long>();
        earliest = reader.Read<long>();
        Repeats = reader.Read<long>();
        KeyedBySequence = reader.Read<long>();
        KeyedByTime = reader.Read<long>();
        KeyedByIdentifier = reader.Read<long>();
        recent = reader.ReadArray<Entry>();
        if (recent.Length > GreatestMemory || (recent.Length > 0 && !BitOperations.IsPow2(recent.Length)))
        {
            throw new InvalidDataException($"The snapshot holds {recent.Length} deliveries where at most {GreatestMemory} were expected.");
        }

        contents = null;
        identifiers = [];
        for (long position = Math.Max(1, Oldest); position <= delivered; position++)
        {
            LastUnder((ushort)At(position).PacketId) = position;
        }
    }

    private bool IsKnown(in Input reading)
    {
        var key = new DeliveryKey(reading.Key);

        // What the decoder found no time in has that of its arrival.
        bool hasTime = reading.Time != reading.Arrival;
        if (key.Redelivered && Find(key, isNamed: hasTime || key.IsNumbered) is > 0 and long found)
        {
            // The readings of one message come one behind the other and are repeats together.
            earliest = found;
            Repeats++;
            return true;
        }

        Note(key);
        KeyedBySequence += key.IsNumbered ? 1 : 0;
        KeyedByTime += hasTime && !key.IsNumbered ? 1 : 0;
        KeyedByIdentifier += hasTime || key.IsNumbered ? 0 : 1;
        return false;
    }

    private long Find(DeliveryKey key, bool isNamed)
    {
        long position = LastUnder(key.PacketId);
        if (CanRepeat(position) && At(position).Hash == key.Hash)
        {
            return position;
        }

        return isNamed && Contents().TryGetValue(key.Hash, out position) && CanRepeat(position) ? position : 0;
    }

    private bool CanRepeat(long position) => position >= Math.Max(Oldest, earliest) && position <= deliveredBefore;

    private Dictionary<ulong, long> Contents()
    {
        if (contents is null)
        {
            contents = [];
            for (long position = Oldest; position <= deliveredBefore; position++)
            {
                contents[At(position).Hash] = position;
            }
        }

        return contents;
    }

    private void Note(DeliveryKey key)
    {
        // A message with several readings is noted once: they have the key in common.
        if (delivered > deliveredBefore && At(delivered) == new Entry(key.Hash, key.PacketId))
        {
            return;
        }

        if (delivered - forgotten >= recent.Length && recent.Length < GreatestMemory)
        {
            Grow();
        }

        earliest += key.Redelivered ? 1 : 0;
        delivered++;
        At(delivered) = new Entry(key.Hash, key.PacketId);
        LastUnder(key.PacketId) = delivered;
    }

    private void Grow()
    {
        Entry[] former = recent;
        long oldest = Oldest;
        recent = new Entry[Math.Max(LeastMemory, former.Length * 2)];
        for (long position = oldest; position <= delivered; position++)
        {
            At(position) = former[position & (former.Length - 1)];
        }
    }

    private ref Entry At(long position) => ref recent[position & (recent.Length - 1)];

    private ref long LastUnder(ushort packetId)
    {
        if (packetId >= identifiers.Length)
        {
            Array.Resize(ref identifiers, Math.Max(LeastMemory, (int)BitOperations.RoundUpToPowerOf2((uint)packetId + 1)));
        }

        return ref identifiers[packetId];
    }

    private readonly record struct Entry(ulong Hash, long PacketId);
}
