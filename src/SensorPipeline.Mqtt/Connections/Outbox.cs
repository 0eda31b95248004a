using System.Text;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// Messages on their way to the broker, in order, whatever becomes of connections. QoS 0 leaves when written, QoS 1 and 2 when
/// acknowledged; what is in flight never exceeds the server's receive maximum. Thread-safe.
/// </summary>
internal sealed class Outbox
{
    // MQTT 3.1.1 has no receive maximum. mosquitto, beyond 20, answers a QoS 2 message with PUBREC, drops it and closes the connection.
    private const int Qos2WindowOfV311 = 10;

    private readonly Lock gate = new();
    private readonly Counters counters;
    private readonly MessageRing ring;
    private readonly MessageEncoder encoder;
    private readonly PacketIdSequence ids = new();
    private readonly List<(long Until, TaskCompletionSource Done)> flushes = [];
    private MqttServerLimits limits = new();
    private MqttProtocolVersion version;
    private long next;
    private long unwritten;
    private int quotaUsed;
    private int postponed;
    private bool attached;

    public Outbox(int maximumBytes, int maximumMessages, int maximumAliases, Counters counters)
    {
        this.counters = counters;
        ring = new MessageRing(maximumBytes, maximumMessages);
        encoder = new MessageEncoder(ring, maximumAliases);
    }

    /// <summary>Said once for each refusal that needs a person.</summary>
    public event Action<MqttFault>? Refused;

    public long Queued
    {
        get
        {
            lock (gate)
            {
                return ring.Tail;
            }
        }
    }

    public long Settled
    {
        get
        {
            lock (gate)
            {
                return ring.Head;
            }
        }
    }

    public int Length
    {
        get
        {
            lock (gate)
            {
                return (int)(ring.Tail - ring.Head);
            }
        }
    }

    public bool TryAdd(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> section, ReadOnlySpan<byte> payload, int qos, bool retain)
    {
        lock (gate)
        {
            bool added = ring.TryAdd(topic, section, payload, qos, retain);
            if (!added)
            {
                Interlocked.Increment(ref counters.OutboxFull);
            }

            return added;
        }
    }

    /// <summary>A connection stands; a session that was not resumed forgets identifiers and sends what is left as new.</summary>
    public void Attach(MqttProtocolVersion version, MqttServerLimits limits, bool sessionPresent)
    {
        lock (gate)
        {
            this.version = version;
            this.limits = limits;
            encoder.Begin(version, limits);
            quotaUsed = 0;
            postponed = 0;
            next = ring.Head;
            unwritten = ring.Head;
            attached = true;
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
        if (!sessionPresent)
        {
            ids.Clear();
        }

        for (long i = ring.Head; i < ring.Tail; i++)
        {
            ref OutgoingMessage message = ref ring[i];
            // The broker took responsibility with its PUBREC; to send the message again could deliver it twice.
            bool released = message.State is OutgoingState.Released or OutgoingState.ReleaseDue;
            bool done = message.State == OutgoingState.Done || (released && !sessionPresent);
            message.State = done ? OutgoingState.Done : released ? OutgoingState.ReleaseDue : OutgoingState.Queued;
            message.PacketId = sessionPresent ? message.PacketId : (ushort)0;
        }

        Trim();
    }

    /// <summary>Appends messages until the chunk is full, the window is, or nothing is left.</summary>
    public void Fill(PacketWriter writer)
    {
        lock (gate)
        {
            while (attached && next < ring.Tail && writer.Length < SendPump.Chunk && TrySend(ref ring[next], writer))
            {
                next++;
            }
        }
    }

    private bool TrySend(ref OutgoingMessage message, PacketWriter writer)
    {
        // What was postponed goes out again among others that have been sent.
        if (message.State is not (OutgoingState.Queued or OutgoingState.ReleaseDue))
        {
            return true;
        }

        int qos = Math.Min(message.Qos, limits.MaximumQos);
        if (!encoder.Fits(message, qos))
        {
            Drop(ref message);
            return true;
        }

        if (qos == 0)
        {
            encoder.Write(writer, message, flags: 0);
            message.State = OutgoingState.Written;
            return true;
        }

        int window = qos == 2 && version == MqttProtocolVersion.V311 ? Qos2WindowOfV311 : limits.ReceiveMaximum;
        if (quotaUsed >= window || (message.PacketId == 0 && ids.IsExhausted))
        {
            return false;
        }

        quotaUsed++;
        SendIdentified(ref message, writer, qos);
        return true;
    }

    private void SendIdentified(ref OutgoingMessage message, PacketWriter writer, int qos)
    {
        if (message.State == OutgoingState.ReleaseDue)
        {
            AcknowledgementPacket.Write(writer, PacketType.PubRel, message.PacketId);
            message.State = OutgoingState.Released;
            return;
        }

        bool again = message.PacketId != 0;
        message.PacketId = again ? message.PacketId : ids.Take(next);
        encoder.Write(writer, message, (qos << 1) | (again ? 8 : 0));
        message.State = OutgoingState.Sent;
    }

    private void Drop(ref OutgoingMessage message)
    {
        message.State = OutgoingState.Done;
        Refuse(
            $"a message of {message.PayloadLength} bytes was dropped: the broker takes packets of {limits.MaximumPacketSize} bytes at most; raise its limit",
            MqttReason.PacketTooLarge);
    }

    private void Refuse(string words, MqttReason reason)
    {
        Interlocked.Increment(ref counters.PublishesRefused);
        Refused?.Invoke(new MqttFault(MqttFaultKind.PublishRefused, words, reason));
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
        int written = 0;
        for (long i = Math.Max(unwritten, ring.Head); i < next; i++)
        {
            ref OutgoingMessage message = ref ring[i];
            if (message.State == OutgoingState.Written)
            {
                message.State = OutgoingState.Done;
                written++;
            }
        }

        Interlocked.Add(ref counters.MessagesOut, written);
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
                Interlocked.Increment(ref counters.UnknownAnswers);
                // A PUBREC wants its PUBREL even when the message is long forgotten.
                return type == PacketType.PubRec && code < MqttReason.Unspecified ? packetId : (ushort)0;
            }

            ref OutgoingMessage message = ref ring[position];
            // A broker without QoS 2 may answer such a message as one of QoS 1: it has it, and waiting for more would be for ever.
            bool expected = type == PacketType.PubAck ? message.State == OutgoingState.Sent : message.Qos == 2 && limits.MaximumQos == 2;
            return expected ? OnExpected(ref message, type, code) : (ushort)0;
        }
    }

    private ushort OnExpected(ref OutgoingMessage message, PacketType type, MqttReason code)
    {
        if (code == MqttReason.QuotaExceeded && type != PacketType.PubComp)
        {
            Postpone(ref message);
            return 0;
        }

        if (code >= MqttReason.Unspecified)
        {
            string topic = Encoding.UTF8.GetString(ring.TopicOf(message));
            Refuse($"the broker refused a message to '{topic}': {MqttReasons.Describe(code)}", code);
        }
        else if (type == PacketType.PubRec)
        {
            message.State = OutgoingState.Released;
            return message.PacketId;
        }
        else
        {
            Interlocked.Increment(ref counters.MessagesOut);
        }

        message.State = OutgoingState.Done;
        quotaUsed--;
        Trim();
        return 0;
    }

    // Only what this connection has sent can be answered on it.
    private bool TryFind(ushort packetId, out long position)
    {
        position = -1;
        if (!attached || !ids.TryFind(packetId, out position) || position < ring.Head)
        {
            return false;
        }

        ref readonly OutgoingMessage message = ref ring[position];
        return message.PacketId == packetId && message.State is OutgoingState.Sent or OutgoingState.Released;
    }

    // Its identifier is free, and the message will get another one.
    private void Postpone(ref OutgoingMessage message)
    {
        message.State = OutgoingState.Postponed;
        message.PacketId = 0;
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
            for (long i = ring.Tail - 1; i >= ring.Head && postponed > 0; i--)
            {
                if (ring[i].State == OutgoingState.Postponed)
                {
                    ring[i].State = OutgoingState.Queued;
                    postponed--;
                    next = Math.Min(next, i);
                }
            }

            return any;
        }
    }

    private void Trim()
    {
        ring.Trim();
        while (ids.TryPeek(out long oldest) && (oldest < ring.Head || ring[oldest].State is OutgoingState.Done or OutgoingState.Postponed))
        {
            ids.Drop();
        }

        next = Math.Max(next, ring.Head);
        for (int i = flushes.Count - 1; i >= 0; i--)
        {
            if (flushes[i].Until <= ring.Head)
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
            if (ring.Head == ring.Tail)
            {
                return Task.CompletedTask;
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            flushes.Add((ring.Tail, done));
            return done.Task;
        }
    }
}
