using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// The messages of one connection that wait for their acknowledgement, in order of receipt. Releasing a position only moves a mark;
/// the acknowledgements are written, still in order, when the connection next sends. It dies with its connection.
/// <para>
/// Written is not taken: a broker that sends without end reads little, and gives its identifiers a second time meanwhile. What it has taken is
/// known from pings, which it answers behind the acknowledgements before them, and, as long as it sends nothing again, from identifiers that
/// come again. No more than <paramref name="capacity"/> messages are taken in beyond that; so whatever it sends again after this connection,
/// one identifier names one message.
/// </para>
/// <para>
/// With QoS 2 half as many are: a broker whose connection fails between two releases may publish anew what it was to release (mosquitto does), and that
/// reaches back as far behind the first message it has no acknowledgement of as this connection reaches beyond it.
/// </para>
/// </summary>
/// <param name="awaitingRelease">QoS 2 identifiers the broker knows we have; they outlive the connection.</param>
/// <param name="capacity">Fewer than there are packet identifiers.</param>
internal sealed class ReceiveWindow(PacketIdSet awaitingRelease, int capacity)
{
    private const int PingsUnderWay = 32;

    // A ping for so many acknowledgements. Room for what one read holds is two of them.
    private readonly int step = Math.Max(1, capacity / 14);
    private readonly int half = Math.Max(1, capacity / 2);

    private readonly Lock gate = new();
    private readonly PacketIdSet inFlight = new();
    private readonly Queue<long> pings = new(PingsUnderWay);
    private readonly long[] uses = new long[ushort.MaxValue + 1];
    private Entry[] entries = new Entry[256];
    private long head;
    private long tail;
    private long released;
    private long delivered;
    private long pinged;
    private long confirmed;
    private bool repeating;
    private int repeated;

    private enum Kind : byte
    {
        Deliver,
        Silent,
    }

    /// <summary>A PINGREQ.</summary>
    public static ReadOnlySpan<byte> Ping => [(byte)PacketType.PingReq << 4, 0];

    /// <summary>How many messages may be taken in before the broker has taken their acknowledgements.</summary>
    public int Limit { get; private set; } = capacity;

    /// <summary>The identifier of the first message; 0 before.</summary>
    public ushort First { get; private set; }

    /// <summary>Whether so much waits to be released that nothing more should be read.</summary>
    public bool IsFull
    {
        get
        {
            lock (gate)
            {
                return delivered - released > Math.Max(0, Limit - (2 * step));
            }
        }
    }

    /// <summary>Whether all that was delivered is released.</summary>
    public bool IsReleased
    {
        get
        {
            lock (gate)
            {
                return released >= delivered;
            }
        }
    }

    /// <summary>
    /// Takes in the messages of one read and keeps in <paramref name="batch"/> those to deliver. False when more would be in flight than may
    /// be: what did not fit is as if it had never come.
    /// </summary>
    public bool TryAdd(Span<PublishPacket> batch, out int deliver, out long position)
    {
        lock (gate)
        {
            deliver = 0;
            bool fits = true;
            foreach (ref PublishPacket packet in batch)
            {
                bool keep = packet.Qos == 0 || Admit(packet, ref fits);
                if (keep && packet.PayloadLength >= 0)
                {
                    batch[deliver++] = packet;
                }
            }

            position = tail;
            return fits;
        }
    }

    /// <summary>How many messages came again on this connection since this was last asked.</summary>
    public int TakeRepeated() => Interlocked.Exchange(ref repeated, 0);

    private bool Admit(in PublishPacket packet, ref bool fits)
    {
        // A broker at its limits may give an identifier twice, but not before it has sent something again.
        repeating |= packet.Duplicate;
        Limit = packet.Qos == 2 ? half : Limit;
        confirmed = repeating ? confirmed : Math.Max(confirmed, Math.Min(uses[packet.PacketId], head));
        bool waiting = inFlight.Contains(packet.PacketId);
        if (waiting && packet.Duplicate)
        {
            repeated++;
            return false;
        }

        // The broker has not seen our PUBREC: it gets another one in its turn, the receiver does not get the message again.
        bool known = packet.Qos == 2 && awaitingRelease.Contains(packet.PacketId);
        fits = fits && TryPush(new Entry(packet.PacketId, (byte)packet.Qos, known || packet.PayloadLength < 0 ? Kind.Silent : Kind.Deliver));
        return fits && !known;
    }

    private bool TryPush(Entry entry)
    {
        if (tail - confirmed >= Limit)
        {
            return false;
        }

        if (tail - head == entries.Length)
        {
            entries = Ring.Grown(entries, head, tail);
        }

        First = tail == 0 ? entry.PacketId : First;
        entries[tail++ & (entries.Length - 1)] = entry;
        uses[entry.PacketId] = tail;
        delivered = entry.Kind == Kind.Deliver ? tail : delivered;
        inFlight.Add(entry.PacketId);
        return true;
    }

    /// <summary>Allows the acknowledgement of everything up to a position.</summary>
    public void Release(long position)
    {
        lock (gate)
        {
            released = Math.Max(released, Math.Min(position, tail));
        }
    }

    /// <summary>Writes the acknowledgements that are due, and between them the pings that ask how far the broker is.</summary>
    public void Drain(PacketWriter writer)
    {
        lock (gate)
        {
            while (head < tail)
            {
                Entry entry = entries[head & (entries.Length - 1)];
                if (head >= released && entry.Kind == Kind.Deliver)
                {
                    return;
                }

                head++;
                inFlight.Remove(entry.PacketId);
                AcknowledgementPacket.Write(writer, entry.Qos == 2 ? PacketType.PubRec : PacketType.PubAck, entry.PacketId);
                if (entry.Qos == 2)
                {
                    awaitingRelease.Add(entry.PacketId);
                }

                // A broker that keeps few in flight uses their identifiers again and need not be asked.
                if (head - pinged >= step && tail - confirmed > 2 * step && pings.Count < PingsUnderWay)
                {
                    writer.Raw(Ping);
                    Note(head);
                }
            }
        }
    }

    /// <summary>A ping was written behind the acknowledgements so far.</summary>
    public void OnPing()
    {
        lock (gate)
        {
            Note(head);
        }
    }

    /// <summary>A ping was answered: the broker has taken what was acknowledged before it.</summary>
    public void OnPingAnswered()
    {
        lock (gate)
        {
            confirmed = pings.TryDequeue(out long position) ? Math.Max(confirmed, position) : confirmed;
        }
    }

    /// <summary>The broker has released a QoS 2 identifier: a message that comes with it is a new one.</summary>
    public void Forget(ushort packetId)
    {
        lock (gate)
        {
            awaitingRelease.Remove(packetId);
            Limit = half;
        }
    }

    private void Note(long acknowledged)
    {
        pinged = acknowledged;
        pings.Enqueue(acknowledged);
    }

    private readonly record struct Entry(ushort PacketId, byte Qos, Kind Kind);
}
