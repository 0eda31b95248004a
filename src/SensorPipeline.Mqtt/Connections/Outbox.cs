using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// Messages on their way to the broker, in order, in one ring of bytes that outlives connections. QoS 0 leaves when written, QoS 1
/// and 2 when acknowledged; what is in flight never exceeds the server's receive maximum. Thread-safe.
/// </summary>
internal sealed class Outbox(int maximumBytes, int maximumMessages, int maximumAliases, Counters counters)
{
    /// <summary>Identifiers above are left to SUBSCRIBE.</summary>
    public const int LastPacketId = 0xFEFF;

    // MQTT 3.1.1 has no receive maximum. mosquitto, beyond 20, answers a QoS 2 message with PUBREC, drops it and closes the connection.
    private const int Qos2WindowOfV311 = 10;

    private const int AliasLength = 3;

    private readonly Lock gate = new();
    private readonly OutgoingAliases aliases = new();
    private readonly PacketWriter properties = new(16);
    private readonly List<(long Until, TaskCompletionSource Done)> flushes = [];
    private Entry[] entries = new Entry[16];
    private long head;
    private long next;
    private long tail;
    private long unwritten;
    private byte[] bytes = new byte[4096];
    private int end;

    // In flight by identifier: identifiers are given out in sequence, so one is found by its distance from the oldest.
    private long[] inFlight = new long[16];
    private long oldestInFlight;
    private long newestInFlight;

    private MqttServerLimits limits = new();
    private MqttProtocolVersion version;
    private int quotaUsed;
    private int postponed;
    private bool attached;

    private enum State : byte
    {
        Queued,
        Written,
        Sent,
        ReleaseDue,
        Released,
        Postponed,
        Done,
    }

    /// <summary>Said once for each refusal that needs a person.</summary>
    public event Action<MqttFault>? Refused;

    public long Queued
    {
        get
        {
            lock (gate)
            {
                return tail;
            }
        }
    }

    public long Settled
    {
        get
        {
            lock (gate)
            {
                return head;
            }
        }
    }

    public int Length
    {
        get
        {
            lock (gate)
            {
                return (int)(tail - head);
            }
        }
    }

    public bool TryAdd(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> section, ReadOnlySpan<byte> payload, int qos, bool retain)
    {
        int length = topic.Length + section.Length + payload.Length;
        lock (gate)
        {
            if (tail - head >= maximumMessages || !TryMakeRoom(length, out int offset))
            {
                Interlocked.Increment(ref counters.OutboxFull);
                return false;
            }

            topic.CopyTo(bytes.AsSpan(offset));
            section.CopyTo(bytes.AsSpan(offset + topic.Length));
            payload.CopyTo(bytes.AsSpan(offset + topic.Length + section.Length));
            end = offset + length;
            Append(new Entry
            {
                Offset = offset,
                TopicLength = topic.Length,
                PropertyLength = section.Length,
                PayloadLength = payload.Length,
                Qos = (byte)qos,
                Retain = retain,
            });
            return true;
        }
    }

    private void Append(in Entry entry)
    {
        if (tail - head == entries.Length)
        {
            entries = Grown(entries, head, tail);
        }

        At(tail++) = entry;
    }

    /// <summary>A connection stands; a session that was not resumed forgets identifiers and sends what is left as new.</summary>
    public void Attach(MqttProtocolVersion version, MqttServerLimits limits, bool sessionPresent)
    {
        lock (gate)
        {
            this.version = version;
            this.limits = limits;
            quotaUsed = 0;
            postponed = 0;
            next = head;
            unwritten = head;
            attached = true;
            aliases.Reset(version == MqttProtocolVersion.V5 ? Math.Min(maximumAliases, limits.TopicAliasMaximum) : 0);
            Requeue(sessionPresent);
        }
    }

    /// <summary>The connection is gone: what was half written counts as sent for QoS 0.</summary>
    public void Detach()
    {
        lock (gate)
        {
            attached = false;
            CompleteWritten();
        }
    }

    private void Requeue(bool sessionPresent)
    {
        oldestInFlight = sessionPresent ? oldestInFlight : newestInFlight;
        for (long i = head; i < tail; i++)
        {
            ref Entry entry = ref At(i);
            // The broker took responsibility with its PUBREC; to send the message again could deliver it twice.
            bool released = entry.State is State.Released or State.ReleaseDue;
            entry.State = entry.State == State.Done || (released && !sessionPresent) ? State.Done : released ? State.ReleaseDue : State.Queued;
            entry.PacketId = sessionPresent ? entry.PacketId : (ushort)0;
        }

        Trim();
    }

    /// <summary>Appends messages until the chunk is full, the window is, or nothing is left.</summary>
    public void Fill(PacketWriter writer)
    {
        lock (gate)
        {
            while (attached && next < tail && writer.Length < SendPump.Chunk && TrySend(ref At(next), writer))
            {
                next++;
            }
        }
    }

    private bool TrySend(ref Entry entry, PacketWriter writer)
    {
        // What was postponed goes out again among others that have been sent.
        if (entry.State is not (State.Queued or State.ReleaseDue))
        {
            return true;
        }

        int qos = Math.Min(entry.Qos, limits.MaximumQos);
        if (PublishPacket.LengthOf(version, qos, entry.TopicLength, entry.PropertyLength + (aliases.Enabled ? AliasLength : 0), entry.PayloadLength) > limits.MaximumPacketSize)
        {
            Drop(ref entry);
            return true;
        }

        if (qos == 0)
        {
            Write(ref entry, writer, 0);
            entry.State = State.Written;
            return true;
        }

        int window = qos == 2 && version == MqttProtocolVersion.V311 ? Qos2WindowOfV311 : limits.ReceiveMaximum;
        if (quotaUsed >= window || (entry.PacketId == 0 && newestInFlight - oldestInFlight >= LastPacketId))
        {
            return false;
        }

        quotaUsed++;
        SendIdentified(ref entry, writer, qos);
        return true;
    }

    private void SendIdentified(ref Entry entry, PacketWriter writer, int qos)
    {
        if (entry.State == State.ReleaseDue)
        {
            AcknowledgementPacket.Write(writer, PacketType.PubRel, entry.PacketId);
            entry.State = State.Released;
            return;
        }

        bool again = entry.PacketId != 0;
        if (!again)
        {
            if (newestInFlight - oldestInFlight == inFlight.Length)
            {
                inFlight = Grown(inFlight, oldestInFlight, newestInFlight);
            }

            entry.PacketId = (ushort)((newestInFlight % LastPacketId) + 1);
            inFlight[newestInFlight++ & (inFlight.Length - 1)] = next;
        }

        Write(ref entry, writer, (qos << 1) | (again ? 8 : 0));
        entry.State = State.Sent;
    }

    private void Write(ref Entry entry, PacketWriter writer, int flags)
    {
        ReadOnlySpan<byte> topic = bytes.AsSpan(entry.Offset, entry.TopicLength);
        ReadOnlySpan<byte> section = version == MqttProtocolVersion.V5 ? bytes.AsSpan(entry.Offset + entry.TopicLength, entry.PropertyLength) : default;
        ReadOnlySpan<byte> payload = bytes.AsSpan(entry.Offset + entry.TopicLength + entry.PropertyLength, entry.PayloadLength);
        flags |= entry.Retain && limits.RetainAvailable ? 1 : 0;
        if (aliases.Enabled && aliases.NumberOf(topic, out bool known) is > 0 and ushort alias)
        {
            properties.Clear();
            properties.Property(PropertyId.TopicAlias, alias);
            properties.Raw(section);
            section = properties.WrittenSpan;
            topic = known ? default : topic;
        }

        PublishPacket.Write(writer, version, flags, topic, entry.PacketId, section, payload);
    }

    private void Drop(ref Entry entry)
    {
        entry.State = State.Done;
        Interlocked.Increment(ref counters.PublishesRefused);
        Refused?.Invoke(new MqttFault(
            MqttFaultKind.PublishRefused,
            $"a message of {entry.PayloadLength} bytes was dropped: the broker takes packets of {limits.MaximumPacketSize} bytes at most; raise its limit",
            MqttReason.PacketTooLarge));
    }

    /// <summary>The socket has taken what was filled.</summary>
    public void OnWritten()
    {
        lock (gate)
        {
            CompleteWritten();
        }
    }

    private void CompleteWritten()
    {
        for (long i = Math.Max(unwritten, head); i < next; i++)
        {
            ref Entry entry = ref At(i);
            if (entry.State == State.Written)
            {
                entry.State = State.Done;
                Interlocked.Increment(ref counters.MessagesOut);
            }
        }

        unwritten = next;
        Trim();
    }

    /// <summary>PUBACK, PUBREC or PUBCOMP arrived. Returns the PUBREL to answer with, or 0. Unknown identifiers are ignored.</summary>
    public ushort OnAnswered(PacketType type, ushort packetId, MqttReason code)
    {
        lock (gate)
        {
            if (!TryFind(packetId, out long position))
            {
                // A PUBREC wants its PUBREL even when the message is long forgotten.
                return type == PacketType.PubRec && code < MqttReason.Unspecified ? packetId : (ushort)0;
            }

            ref Entry entry = ref At(position);
            // A broker without QoS 2 may answer such a message as one of QoS 1: it has it, and waiting for more would be for ever.
            bool expected = type == PacketType.PubAck ? entry.State == State.Sent : entry.Qos == 2 && limits.MaximumQos == 2;
            if (!expected)
            {
                return 0;
            }

            if (code == MqttReason.QuotaExceeded && type != PacketType.PubComp)
            {
                Postpone(ref entry);
                return 0;
            }

            if (code >= MqttReason.Unspecified)
            {
                Refuse(entry, code);
            }
            else if (type == PacketType.PubRec)
            {
                entry.State = State.Released;
                return packetId;
            }
            else
            {
                Interlocked.Increment(ref counters.MessagesOut);
            }

            Complete(ref entry);
            return 0;
        }
    }

    private bool TryFind(ushort packetId, out long position)
    {
        position = -1;
        if (packetId is 0 or > LastPacketId || !attached)
        {
            return false;
        }

        long oldest = oldestInFlight % LastPacketId;
        long distance = (packetId - 1 - oldest + LastPacketId) % LastPacketId;
        if (distance >= newestInFlight - oldestInFlight)
        {
            return false;
        }

        position = inFlight[(oldestInFlight + distance) & (inFlight.Length - 1)];
        // Only what this connection has sent can be answered on it.
        return position >= head && At(position).PacketId == packetId && At(position).State is State.Sent or State.Released;
    }

    private void Complete(ref Entry entry)
    {
        entry.State = State.Done;
        quotaUsed--;
        Trim();
    }

    // The identifier of a postponed message is free, and the message will get another one.
    private bool IsAnswered(long position) => position < head || At(position).State is State.Done or State.Postponed;

    private void Postpone(ref Entry entry)
    {
        entry.State = State.Postponed;
        entry.PacketId = 0;
        postponed++;
        quotaUsed--;
        Interlocked.Increment(ref counters.PublishesPostponed);
        Trim();
    }

    /// <summary>Queues again, in its old place, what a broker without room sent back; false when there is nothing of the kind.</summary>
    public bool TryRequeuePostponed()
    {
        lock (gate)
        {
            bool any = postponed > 0;
            for (long i = tail - 1; i >= head && postponed > 0; i--)
            {
                if (At(i).State == State.Postponed)
                {
                    At(i).State = State.Queued;
                    postponed--;
                    next = Math.Min(next, i);
                }
            }

            return any;
        }
    }

    private void Refuse(in Entry entry, MqttReason code)
    {
        Interlocked.Increment(ref counters.PublishesRefused);
        string topic = System.Text.Encoding.UTF8.GetString(bytes, entry.Offset, entry.TopicLength);
        Refused?.Invoke(new MqttFault(
            MqttFaultKind.PublishRefused, $"the broker refused a message to '{topic}': {MqttReasons.Describe(code)}", code));
    }

    private void Trim()
    {
        while (head < tail && At(head).State == State.Done)
        {
            head++;
        }

        while (oldestInFlight < newestInFlight && IsAnswered(inFlight[oldestInFlight & (inFlight.Length - 1)]))
        {
            oldestInFlight++;
        }

        next = Math.Max(next, head);
        for (int i = flushes.Count - 1; i >= 0; i--)
        {
            if (flushes[i].Until <= head)
            {
                flushes[i].Done.SetResult();
                flushes.RemoveAt(i);
            }
        }
    }

    public Task FlushAsync()
    {
        lock (gate)
        {
            if (head == tail)
            {
                return Task.CompletedTask;
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            flushes.Add((tail, done));
            return done.Task;
        }
    }

    private ref Entry At(long position) => ref entries[position & (entries.Length - 1)];

    // The bytes of a message lie together. Free is what lies behind the end, or, once wrapped, up to the oldest message.
    private bool TryMakeRoom(int length, out int offset)
    {
        while (!TryFit(length, out offset))
        {
            int larger = (int)Math.Min(maximumBytes, Math.Max(bytes.Length * 2L, length + 1L));
            if (larger <= bytes.Length)
            {
                return false;
            }

            Regrow(larger);
        }

        return true;
    }

    private bool TryFit(int length, out int offset)
    {
        if (head == tail)
        {
            offset = 0;
            return length <= bytes.Length;
        }

        int oldest = At(head).Offset;
        bool wrapped = end <= oldest;
        offset = wrapped || bytes.Length - end >= length ? end : 0;
        int room = wrapped ? oldest - end : offset == end ? bytes.Length - end : oldest;
        return length <= room;
    }

    private void Regrow(int size)
    {
        var larger = new byte[size];
        int at = 0;
        for (long i = head; i < tail; i++)
        {
            ref Entry entry = ref At(i);
            int length = entry.TopicLength + entry.PropertyLength + entry.PayloadLength;
            bytes.AsSpan(entry.Offset, length).CopyTo(larger.AsSpan(at));
            entry.Offset = at;
            at += length;
        }

        bytes = larger;
        end = at;
    }

    private static T[] Grown<T>(T[] ring, long from, long to)
    {
        var larger = new T[ring.Length * 2];
        for (long i = from; i < to; i++)
        {
            larger[i & (larger.Length - 1)] = ring[i & (ring.Length - 1)];
        }

        return larger;
    }

    private struct Entry
    {
        public int Offset;
        public int TopicLength;
        public int PropertyLength;
        public int PayloadLength;
        public ushort PacketId;
        public byte Qos;
        public bool Retain;
        public State State;
    }
}
