using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>One connection from CONNECT to its end: reads and delivers on one task, sends on another, and is watched by a timer.</summary>
internal sealed class Connection : IPacketSource, IDisposable
{
    // What answers the broker's packets may pile up to this while the broker does not read.
    private const int MaximumControlBytes = 1 << 20;
    private const int FiltersInOnePacket = 64;
    private const int FirstSubscribeId = Outbox.LastPacketId + 1;
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);

    private readonly MqttClientOptions options;
    private readonly TimeProvider clock;
    private readonly IMqttReceiver receiver;
    private readonly ClientSession session;
    private readonly Stream stream;
    private readonly PipeReader input;
    private readonly SendPump pump;
    private readonly ReceiveWindow window;
    private readonly Lock gate = new();
    private readonly PacketWriter control = new(512);
    private readonly PacketWriter scratch = new(0);
    private readonly IncomingAliases aliases;
    private readonly long startedAt;

    private PublishPacket[] batch = new PublishPacket[256];
    private MqttFault? fault;
    private MqttReason farewell;
    private volatile bool closing;
    private long position;
    private int packetNeeds;
    private long skip;
    private readonly HashSet<ushort> unansweredSubscribes = [];
    private readonly ITimer watch;
    private bool refusedFilter;
    private TimeSpan keepAlive;

    private volatile bool paused;
    private volatile bool accepted;
    private long acceptedAt;
    private long lastReceived;
    private long lastWritten;
    private long pingSent;
    private bool pinging;

    public Connection(
        MqttClientOptions options, TimeProvider clock, IMqttReceiver receiver, ClientSession session, Stream stream, long epoch)
    {
        this.options = options;
        this.clock = clock;
        this.receiver = receiver;
        this.session = session;
        this.stream = stream;
        Epoch = epoch;
        // Reads of this size keep one system call to several hundred messages, and the buffer within the processor's cache.
        input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 256 << 10, minimumReadSize: 16 << 10, leaveOpen: true));
        pump = new SendPump(stream, this);
        window = new ReceiveWindow(session.AwaitingRelease);
        aliases = new IncomingAliases(options.TopicAliasMaximum);
        keepAlive = options.KeepAlive;
        startedAt = lastReceived = lastWritten = clock.GetTimestamp();
        watch = clock.CreateTimer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long Epoch { get; }

    public bool IsAccepted => accepted;

    public bool IsReady => accepted && unansweredSubscribes.Count == 0 && !refusedFilter;

    /// <summary>How long the connection has stood, or null if it was never accepted.</summary>
    public TimeSpan? Lasted => accepted ? clock.GetElapsedTime(acceptedAt) : null;

    public void Acknowledge(Receipt receipt)
    {
        window.Release(receipt.Position);
        pump.Wake();
    }

    public void WakeSender() => pump.Wake();

    /// <summary>Serves until something fails; null means that it was cancelled and has said good-bye.</summary>
    public async Task<MqttFault?> RunAsync(CancellationToken cancel)
    {
        ConnectPacketOf(options).Write(control);
        Task sending = SendAsync();
        watch.Change(WatchPeriod, WatchPeriod);
        await using (cancel.Register(() => Stop(null, MqttReason.Success)))
        {
            try
            {
                await ReceiveAsync();
            }
            finally
            {
                Stop(null, MqttReason.Success);
                await sending;
                Abort();
                await input.CompleteAsync();
                session.OnEnded(this);
            }
        }

        return fault;
    }

    private static ConnectPacket ConnectPacketOf(MqttClientOptions options) => new()
    {
        Version = options.ProtocolVersion,
        ClientId = options.ClientId,
        CleanStart = options.CleanStart,
        KeepAliveSeconds = (ushort)options.KeepAlive.TotalSeconds,
        SessionExpirySeconds = (uint)Math.Min(uint.MaxValue, options.SessionExpiry.TotalSeconds),
        ReceiveMaximum = options.ReceiveMaximum,
        MaximumPacketSize = (uint)options.MaximumPacketSize,
        TopicAliasMaximum = (ushort)options.TopicAliasMaximum,
        Username = options.Username,
        Password = options.Password?.Invoke(),
        Will = options.Will,
    };

    // Reading.

    private async Task ReceiveAsync()
    {
        // What the receiver throws is not the network's fault.
        bool reading = true;
        try
        {
            while (true)
            {
                reading = true;
                ReadResult read = await input.ReadAsync();
                reading = false;
                Volatile.Write(ref lastReceived, clock.GetTimestamp());
                ValueTask delivery = Take(read.Buffer, out SequencePosition consumed);
                input.AdvanceTo(consumed, read.Buffer.End);
                if (!delivery.IsCompletedSuccessfully)
                {
                    paused = true;
                    await delivery;
                    Volatile.Write(ref lastReceived, clock.GetTimestamp());
                    paused = false;
                }

                if (read.IsCompleted)
                {
                    Stop(Closed(), MqttReason.Success);
                    return;
                }
            }
        }
        catch (Exception exception) when (reading && NetworkFaults.Is(exception))
        {
            Stop(Closed(exception.Message), MqttReason.Success);
        }
    }

    private MqttFault Closed(string? detail = null)
    {
        string words = accepted ? "the broker closed the connection" : "the broker closed the connection without answering CONNECT";
        return new MqttFault(MqttFaultKind.Closed, detail is null ? words : $"{words}: {detail}") { Epoch = accepted ? Epoch : 0 };
    }

    private ValueTask Take(in ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        // To close a socket with unread bytes in it resets the connection, and our last packets might be lost with it.
        if (closing)
        {
            consumed = buffer.End;
            return default;
        }

        if (skip > 0 || buffer.Length < packetNeeds)
        {
            long skipped = Math.Min(skip, buffer.Length);
            skip -= skipped;
            consumed = buffer.GetPosition(skipped);
            return skip > 0 || buffer.Length == skipped || buffer.Length < packetNeeds ? default : Take(buffer.Slice(consumed), out consumed);
        }

        ReadOnlySpan<byte> span = Contiguous(buffer);
        int count = Parse(span, out int end, out bool identified);
        consumed = buffer.GetPosition(end);
        return Deliver(span, count, identified);
    }

    // Only when the pipe's segment ran out does a read lie in two pieces.
    private ReadOnlySpan<byte> Contiguous(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment)
        {
            return buffer.FirstSpan;
        }

        scratch.Clear();
        Span<byte> copy = scratch.Reserve((int)buffer.Length);
        buffer.CopyTo(copy);
        return copy;
    }

    /// <summary>Collects the complete messages of a read in <see cref="batch"/> and handles every other packet at once.</summary>
    private int Parse(ReadOnlySpan<byte> span, out int end, out bool identified)
    {
        int count = 0;
        int packets = 0;
        end = 0;
        identified = false;
        packetNeeds = 0;
        aliases.BeginBatch();
        while ((FixedHeader.TryRead(span[end..], out FixedHeader header, out MqttReason reason) || reason != MqttReason.Success) && !closing)
        {
            int body = end + header.HeaderLength;
            if (reason == MqttReason.Success && header.PacketLength > options.MaximumPacketSize)
            {
                if (!TryPassOver(span[body..], header, ref count, out reason))
                {
                    break;
                }

                identified = true;
                skip = Math.Max(0, header.PacketLength - (span.Length - end));
                end = (int)Math.Min(span.Length, (long)end + header.PacketLength);
                continue;
            }

            if (reason == MqttReason.Success && span.Length - end < header.PacketLength)
            {
                packetNeeds = header.PacketLength;
                break;
            }

            if (reason == MqttReason.Success)
            {
                int next = end + header.PacketLength;
                reason = header.Type == PacketType.Publish && accepted
                    ? ReadPublish(span, header.First, body, next, ref count, ref identified)
                    : Handle(header.Type, span[body..next]);
                end = next;
                packets++;
            }

            if (reason != MqttReason.Success)
            {
                Break(reason, header);
                break;
            }
        }

        Interlocked.Add(ref session.Counters.PacketsIn, packets);
        Interlocked.Add(ref session.Counters.BytesIn, end);
        return count;
    }

    private MqttReason ReadPublish(ReadOnlySpan<byte> span, byte first, int start, int end, ref int count, ref bool identified)
    {
        if (count == batch.Length)
        {
            Array.Resize(ref batch, count * 2);
        }

        ref PublishPacket packet = ref batch[count];
        MqttReason reason = PublishPacket.TryRead(span, first, start, end, options.ProtocolVersion, out packet);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        if (packet.TopicAlias != 0 && aliases.Resolve(span, ref packet) is not MqttReason.Success and var refusal)
        {
            return refusal;
        }

        identified |= packet.PacketId != 0;
        count++;
        return MqttReason.Success;
    }

    /// <summary>
    /// Refuses an oversized packet, except for a message of MQTT 3.1.1, whose broker cannot know our limit and would send it again for
    /// ever: that one is acknowledged in its turn and its bytes are thrown away as they come.
    /// </summary>
    private bool TryPassOver(ReadOnlySpan<byte> body, FixedHeader header, ref int count, out MqttReason reason)
    {
        reason = MqttReason.Success;
        if (!accepted || header.Type != PacketType.Publish || options.ProtocolVersion == MqttProtocolVersion.V5)
        {
            Break(MqttReason.PacketTooLarge, header);
            return false;
        }

        bool identified = (header.First & 0x06) != 0;
        int topicEnd = body.Length < 2 ? 2 : 2 + ((body[0] << 8) | body[1]);
        int wanted = identified ? topicEnd + 2 : topicEnd;
        if (body.Length < 2 || body.Length < wanted)
        {
            packetNeeds = header.HeaderLength + wanted;
            return false;
        }

        Interlocked.Increment(ref session.Counters.Oversized);
        if (count == batch.Length)
        {
            Array.Resize(ref batch, count * 2);
        }

        if (identified)
        {
            batch[count++] = new PublishPacket
            {
                PacketId = (ushort)((body[topicEnd] << 8) | body[topicEnd + 1]),
                Flags = (byte)(header.First & 0x0F),
                PayloadLength = -1,
            };
        }

        return true;
    }

    private ValueTask Deliver(ReadOnlySpan<byte> span, int count, bool identified)
    {
        if (count == 0)
        {
            return default;
        }

        int deliver = count;
        if (identified)
        {
            if (!window.TryAdd(batch.AsSpan(0, count), out deliver, out position))
            {
                Break(MqttReason.ProtocolError, default);
            }

            Interlocked.Add(ref session.Counters.Repeated, count - deliver);
            pump.Wake();
        }

        if (deliver == 0)
        {
            return default;
        }

        Interlocked.Add(ref session.Counters.MessagesIn, deliver);
        return receiver.OnMessages(new MqttMessages(span, aliases.Text, batch.AsSpan(0, deliver)), new Receipt(Epoch, position));
    }

    // Packets other than messages.

    private MqttReason Handle(PacketType type, ReadOnlySpan<byte> body)
    {
        if (!accepted)
        {
            return type == PacketType.ConnAck ? OnConnAck(body) : MqttReason.ProtocolError;
        }

        switch (type)
        {
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubComp:
                return OnAnswer(type, body);
            case PacketType.PubRel:
                return OnPubRel(body);
            case PacketType.SubAck:
                return OnSubAck(body);
            case PacketType.PingResp:
                Volatile.Write(ref pinging, false);
                return body.IsEmpty ? MqttReason.Success : MqttReason.MalformedPacket;
            case PacketType.Disconnect when options.ProtocolVersion == MqttProtocolVersion.V5:
                return OnDisconnect(body);
            default:
                return MqttReason.ProtocolError;
        }
    }

    private MqttReason OnConnAck(ReadOnlySpan<byte> body)
    {
        MqttReason reason = ConnAckPacket.TryRead(body, options.ProtocolVersion, out bool present, out MqttReason code, out MqttServerLimits limits);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        if (code != MqttReason.Success)
        {
            string more = (limits.ReasonText ?? limits.ServerReference) is { } text ? $": {text}" : "";
            Stop(new MqttFault(MqttFaultKind.Refused, $"the broker refused the connection: {MqttReasons.Describe(code)}{more}", code), MqttReason.Success);
            return MqttReason.Success;
        }

        if (present && options.CleanStart)
        {
            return MqttReason.ProtocolError;
        }

        Accept(present, limits);
        return MqttReason.Success;
    }

    private void Accept(bool sessionPresent, MqttServerLimits limits)
    {
        keepAlive = limits.KeepAlive ?? keepAlive;
        watch.Change(WatchPeriod, WatchPeriod);
        acceptedAt = clock.GetTimestamp();
        if (!sessionPresent)
        {
            session.AwaitingRelease.Clear();
        }

        session.Outbox.Attach(options.ProtocolVersion, limits, sessionPresent);
        lock (gate)
        {
            Subscribe(sessionPresent);
        }

        session.OnAccepted(this, sessionPresent);
        accepted = true;
        receiver.OnConnected(new MqttConnected(Epoch, sessionPresent, options.ProtocolVersion, limits));
        pump.Wake();
    }

    // MQTT 3.1.1 sends every retained message again for a repeated SUBSCRIBE, so a session this process has subscribed is left alone.
    private void Subscribe(bool sessionPresent)
    {
        bool known = sessionPresent && session.HasSubscribed && options.ProtocolVersion == MqttProtocolVersion.V311;
        MqttSubscription[] all = known ? [] : [.. options.Subscriptions];
        foreach (MqttSubscription[] some in all.Chunk(FiltersInOnePacket))
        {
            ushort id = (ushort)(FirstSubscribeId + unansweredSubscribes.Count);
            unansweredSubscribes.Add(id);
            SubscribePacket.Write(control, options.ProtocolVersion, id, some, sessionPresent);
        }
    }

    private MqttReason OnSubAck(ReadOnlySpan<byte> body)
    {
        MqttReason reason = SubAckPacket.TryRead(body, options.ProtocolVersion, PacketType.SubAck, out ushort id, out ReadOnlySpan<byte> codes);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        int first = (id - FirstSubscribeId) * FiltersInOnePacket;
        if (!unansweredSubscribes.Contains(id) || codes.Length != Math.Min(FiltersInOnePacket, options.Subscriptions.Count - first))
        {
            return MqttReason.ProtocolError;
        }

        for (int i = 0; i < codes.Length; i++)
        {
            if (codes[i] >= (byte)MqttReason.Unspecified)
            {
                RefuseFilter(options.Subscriptions[first + i].Filter, (MqttReason)codes[i]);
            }
        }

        unansweredSubscribes.Remove(id);
        session.HasSubscribed |= IsReady;
        return MqttReason.Success;
    }

    private void RefuseFilter(string filter, MqttReason code)
    {
        refusedFilter = true;
        session.LastRefusal = new MqttFault(
            MqttFaultKind.SubscriptionRefused, $"the broker refused the subscription '{filter}': {MqttReasons.Describe(code)}", code) { Epoch = Epoch };
    }

    private MqttReason OnAnswer(PacketType type, ReadOnlySpan<byte> body)
    {
        MqttReason reason = AcknowledgementPacket.TryRead(body, options.ProtocolVersion, out ushort id, out MqttReason code);
        if (reason == MqttReason.Success)
        {
            ushort release = session.Outbox.OnAnswered(type, id, code);
            if (release != 0)
            {
                Answer(PacketType.PubRel, release);
            }

            pump.Wake();
        }

        return reason;
    }

    private MqttReason OnPubRel(ReadOnlySpan<byte> body)
    {
        MqttReason reason = AcknowledgementPacket.TryRead(body, options.ProtocolVersion, out ushort id, out _);
        if (reason == MqttReason.Success)
        {
            window.Forget(id);
            Answer(PacketType.PubComp, id);
        }

        return reason;
    }

    private void Answer(PacketType type, ushort id)
    {
        lock (gate)
        {
            AcknowledgementPacket.Write(control, type, id);
        }

        if (control.Length > MaximumControlBytes)
        {
            Stop(Violation("it sends without reading its answers", MqttReason.QuotaExceeded), MqttReason.QuotaExceeded);
        }

        pump.Wake();
    }

    private MqttReason OnDisconnect(ReadOnlySpan<byte> body)
    {
        MqttReason reason = DisconnectPacket.TryRead(body, options.ProtocolVersion, out MqttReason code, out string? text);
        if (reason == MqttReason.Success)
        {
            MqttFaultKind kind = code == MqttReason.SessionTakenOver ? MqttFaultKind.ClientIdInUse : MqttFaultKind.Closed;
            string more = text is null ? "" : $": {text}";
            Stop(new MqttFault(kind, $"the broker closed the connection: {MqttReasons.Describe(code)}{more}", code) { Epoch = Epoch }, MqttReason.Success);
        }

        return reason;
    }

    private void Break(MqttReason reason, FixedHeader header)
    {
        Interlocked.Increment(ref session.Counters.ProtocolErrors);
        string what = header.First == 0 ? "too many messages in flight" : $"{header.Type} of {header.BodyLength} bytes";
        Stop(Violation($"{what}: {MqttReasons.Describe(reason)}", reason), reason);
    }

    private MqttFault Violation(string words, MqttReason reason) =>
        new(MqttFaultKind.Protocol, $"the broker broke the protocol ({words}); is there an MQTT {Spoken} broker at this port?", reason) { Epoch = accepted ? Epoch : 0 };

    private string Spoken => options.ProtocolVersion == MqttProtocolVersion.V5 ? "5" : "3.1.1";

    // Sending.

    bool IPacketSource.Fill(PacketWriter writer)
    {
        bool last;
        lock (gate)
        {
            last = closing;
            writer.Raw(control.WrittenSpan);
            control.Clear();
        }

        if (accepted)
        {
            window.Drain(writer);
            if (!last)
            {
                session.Outbox.Fill(writer);
            }
        }

        // Before MQTT 5 a DISCONNECT always meant that all is well, which would withhold the will.
        bool explained = farewell != MqttReason.Success && options.ProtocolVersion == MqttProtocolVersion.V5;
        if (last && (explained || (accepted && fault is null)))
        {
            DisconnectPacket.Write(writer, options.ProtocolVersion, farewell);
        }

        return last;
    }

    void IPacketSource.OnWritten()
    {
        Volatile.Write(ref lastWritten, clock.GetTimestamp());
        session.Outbox.OnWritten();
    }

    private async Task SendAsync()
    {
        try
        {
            await pump.RunAsync();
            (stream as NetworkStream)?.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (NetworkFaults.Is(exception))
        {
            Stop(Closed(exception.Message), MqttReason.Success);
        }
    }

    // Watching.

    private TimeSpan WatchPeriod =>
        TimeSpan.FromTicks(Math.Min(keepAlive > TimeSpan.Zero ? keepAlive.Ticks : long.MaxValue, options.ConnectTimeout.Ticks) / 4);

    private void Watch()
    {
        if (closing)
        {
            Abort();
            return;
        }

        if (!accepted)
        {
            if (clock.GetElapsedTime(startedAt) >= options.ConnectTimeout)
            {
                Stop(TimedOut("CONNECT", options.ConnectTimeout), MqttReason.Success);
            }

            return;
        }

        if (unansweredSubscribes.Count > 0 && !paused && clock.GetElapsedTime(acceptedAt) >= options.ConnectTimeout)
        {
            Stop(TimedOut("SUBSCRIBE", options.ConnectTimeout), MqttReason.Success);
        }
        else if (keepAlive > TimeSpan.Zero)
        {
            KeepAlive();
        }
    }

    // Anything received proves that the broker lives; while the receiver holds us back nothing is received, and that proves nothing.
    private void KeepAlive()
    {
        long received = Volatile.Read(ref lastReceived);
        bool waiting = Volatile.Read(ref pinging) && received < pingSent;
        if (waiting && !paused && clock.GetElapsedTime(Math.Max(pingSent, received)) >= keepAlive / 2)
        {
            Stop(TimedOut("PINGREQ", keepAlive / 2), MqttReason.Success);
            return;
        }

        TimeSpan silent = clock.GetElapsedTime(Math.Min(waiting ? long.MaxValue : received, Volatile.Read(ref lastWritten)));
        if (silent < keepAlive / 2)
        {
            return;
        }

        lock (gate)
        {
            if (control.Length == 0)
            {
                control.Raw([(byte)PacketType.PingReq << 4, 0]);
            }
        }

        pingSent = waiting ? pingSent : clock.GetTimestamp();
        Volatile.Write(ref pinging, true);
        pump.Wake();
    }

    private MqttFault TimedOut(string packet, TimeSpan after) => new(
        MqttFaultKind.TimedOut,
        $"the broker did not answer {packet} within {after.TotalSeconds:0.#} s; it hangs, or something between drops packets") { Epoch = accepted ? Epoch : 0 };

    // Ending.

    /// <summary>The first reason to stop counts. A peer that takes or closes nothing any more does not hold the end up for long.</summary>
    private void Stop(MqttFault? because, MqttReason goodbye)
    {
        lock (gate)
        {
            if (closing)
            {
                return;
            }

            fault = because;
            farewell = goodbye;
            closing = true;
        }

        if (because is { Kind: MqttFaultKind.TimedOut or MqttFaultKind.Closed })
        {
            Abort();
        }
        else
        {
            watch.Change(ClosingTime, Timeout.InfiniteTimeSpan);
            pump.Wake();
        }
    }

    private void Abort()
    {
        pump.Abort();
        stream.Dispose();
    }

    /// <summary>Lets go of the timer.</summary>
    public void Dispose() => watch.Dispose();
}
