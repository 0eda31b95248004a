using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// The messages of one connection that wait for their acknowledgement, in order of receipt. Releasing a position only moves a mark;
/// the acknowledgements are written, still in order, when the connection next sends. It dies with its connection.
/// </summary>
/// <param name="awaitingRelease">QoS 2 identifiers the broker knows we have; they outlive the connection.</param>
internal sealed class ReceiveWindow(PacketIdSet awaitingRelease)
{
    // As many as there are packet identifiers: a broker that exceeds our receive maximum is tolerated up to here.
    private const int Capacity = 65536;

    private readonly Lock gate = new();
    private readonly PacketIdSet inFlight = new();
    private Entry[] entries = new Entry[256];
    private long head;
    private long tail;
    private long released;
    private int repeated;

    private enum Kind : byte
    {
        Deliver,
        Silent,
    }

    /// <summary>
    /// Takes in the messages of one read and keeps in <paramref name="batch"/> those to deliver. False when the broker has more
    /// messages in flight than there are identifiers.
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
        bool waiting = inFlight.Contains(packet.PacketId);
        if (waiting && packet.Duplicate)
        {
            repeated++;
            return false;
        }

        // The broker has not seen our PUBREC: it gets another one in its turn, the receiver does not get the message again.
        bool known = packet.Qos == 2 && awaitingRelease.Contains(packet.PacketId);
        fits &= TryPush(new Entry(packet.PacketId, (byte)packet.Qos, known || packet.PayloadLength < 0 ? Kind.Silent : Kind.Deliver));
        return fits && !known;
    }

    private bool TryPush(Entry entry)
    {
        if (tail - head == entries.Length)
        {
            if (entries.Length == Capacity)
            {
                return false;
            }

            entries = Ring.Grown(entries, head, tail);
        }

        entries[tail++ & (entries.Length - 1)] = entry;
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

    /// <summary>Writes the acknowledgements that are due.</summary>
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
            }
        }
    }

    /// <summary>The broker has released a QoS 2 identifier: a message that comes with it is a new one.</summary>
    public void Forget(ushort packetId)
    {
        lock (gate)
        {
            awaitingRelease.Remove(packetId);
        }
    }

    private readonly record struct Entry(ushort PacketId, byte Qos, Kind Kind);
}
