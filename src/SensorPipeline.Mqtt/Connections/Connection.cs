using System.Net.Sockets;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>One connection from CONNECT to its end: reads and delivers on one task, sends on another, and is watched by a timer.</summary>
internal sealed class Connection : IPacketSource, IDisposable
{
    // What answers the broker's packets may pile up to this while the broker does not read.
    private const int MaximumControlBytes = 1 << 20;
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);

    private readonly MqttClientOptions options;
    private readonly TimeProvider clock;
    private readonly IMqttReceiver receiver;
    private readonly ClientSession session;
    private readonly Stream stream;
    private readonly ReceiveBuffer input;
    private readonly SendPump pump;
    private readonly ReceiveWindow window;
    private readonly Lock gate = new();
    private readonly PacketWriter control = new(512);
    private readonly BatchReader reader;
    private readonly KeepAlive keepAlive;
    private readonly ITimer watch;
    private readonly long startedAt;

    private MqttFault? fault;
    private MqttReason farewell;
    private volatile bool closing;
    private volatile bool accepted;
    private volatile int readingThread;
    private bool sendDue;
    private long acceptedAt;
    private long askedAt;
    private long watchedAt;
    private long position;

    public Connection(
        MqttClientOptions options, TimeProvider clock, IMqttReceiver receiver, ClientSession session, Stream stream, long epoch)
    {
        this.options = options;
        this.clock = clock;
        this.receiver = receiver;
        this.session = session;
        this.stream = stream;
        Epoch = epoch;
        input = new ReceiveBuffer(stream);
        pump = new SendPump(stream, this);
        window = new ReceiveWindow(session.AwaitingRelease);
        reader = new BatchReader(options, session.Counters, Handle);
        keepAlive = new KeepAlive(clock) { Limit = options.KeepAlive };
        startedAt = clock.GetTimestamp();
        watch = clock.CreateTimer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long Epoch { get; }

    public bool IsAccepted => accepted;

    public bool IsReady => accepted && session.Subscriptions.IsGranted;

    /// <summary>How long the connection has stood, or null if it was never accepted.</summary>
    public TimeSpan? Lasted => accepted ? clock.GetElapsedTime(acceptedAt) : null;

    public void Acknowledge(Receipt receipt)
    {
        window.Release(receipt.Position);
        WakeOnceRead();
    }

    public void WakeSender() => pump.Wake();

    public void UpdateSubscriptions()
    {
        lock (gate)
        {
            askedAt = session.Subscriptions.TryUpdate(control) ? clock.GetTimestamp() : askedAt;
        }

        pump.Wake();
    }

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
                bool more = await input.ReadAsync();
                reading = false;
                keepAlive.OnReceived();
                readingThread = Environment.CurrentManagedThreadId;
                ValueTask delivery = Take(input.Unread);
                SendWhatIsDue();
                if (!delivery.IsCompletedSuccessfully)
                {
                    keepAlive.Pause();
                    await delivery;
                    keepAlive.Resume();
                }

                if (!more)
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

    // While a read is taken apart, one wake-up at its end does for all that its packets ask for.
    private void WakeOnceRead()
    {
        if (readingThread == Environment.CurrentManagedThreadId)
        {
            sendDue = true;
        }
        else
        {
            pump.Wake();
        }
    }

    private void SendWhatIsDue()
    {
        readingThread = 0;
        if (sendDue)
        {
            sendDue = false;
            pump.SendHere();
        }
    }

    private MqttFault Closed(string? detail = null)
    {
        string words = accepted ? "the broker closed the connection" : "the broker closed the connection without answering CONNECT";
        return new MqttFault(MqttFaultKind.Closed, detail is null ? words : $"{words}: {detail}") { Epoch = accepted ? Epoch : 0 };
    }

    private ValueTask Take(ReadOnlySpan<byte> bytes)
    {
        MqttReason reason = reader.Read(bytes, out int consumed);
        input.Advance(consumed);
        if (reason != MqttReason.Success)
        {
            Break(reason, reader.Last.First == 0 ? "no valid packet" : $"{reader.Last.Type} of {reader.Last.BodyLength} bytes");
        }

        return Deliver(bytes, reader.Batch);
    }

    // Messages that came before a refused packet are delivered all the same.
    private ValueTask Deliver(ReadOnlySpan<byte> bytes, Span<PublishPacket> batch)
    {
        int deliver = batch.Length;
        if (deliver > 0 && reader.Identified)
        {
            if (!window.TryAdd(batch, out deliver, out position))
            {
                Break(MqttReason.ProtocolError, "more messages in flight than there are identifiers");
            }

            Interlocked.Add(ref session.Counters.Repeated, window.TakeRepeated());
            WakeOnceRead();
        }

        if (deliver == 0)
        {
            return default;
        }

        Interlocked.Add(ref session.Counters.MessagesIn, deliver);
        var messages = new MqttMessages(bytes, reader.AliasText, batch[..deliver]);
        session.Silence.Look(messages);
        return receiver.OnMessages(messages, new Receipt(Epoch, position));
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
            case PacketType.SubAck or PacketType.UnsubAck:
                return OnSubscriptionsAnswered(type, body);
            case PacketType.PingResp:
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
            string more = string.Concat(new[] { limits.ReasonText, limits.ServerReference }.OfType<string>().Select(text => $": {text}"));
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
        keepAlive.Limit = limits.KeepAlive ?? options.KeepAlive;
        watch.Change(WatchPeriod, WatchPeriod);
        acceptedAt = askedAt = watchedAt = clock.GetTimestamp();
        if (!sessionPresent)
        {
            session.AwaitingRelease.Clear();
        }

        session.Outbox.Attach(options.ProtocolVersion, limits, sessionPresent);
        lock (gate)
        {
            session.Subscriptions.Attach(control, sessionPresent, limits);
        }

        session.OnAccepted(this, sessionPresent);
        accepted = true;
        reader.TakesMessages = true;
        UpdateSubscriptions();
        receiver.OnConnected(new MqttConnected(Epoch, sessionPresent, options.ProtocolVersion, limits));
        pump.Wake();
    }

    private MqttReason OnSubscriptionsAnswered(PacketType type, ReadOnlySpan<byte> body)
    {
        MqttReason reason;
        MqttFault? refusal;
        lock (gate)
        {
            reason = session.Subscriptions.OnAnswered(type, body, control, out refusal);
        }

        session.LastRefusal = refusal is null ? session.LastRefusal : refusal with { Epoch = Epoch };
        WakeOnceRead();
        return reason;
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

            WakeOnceRead();
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

        WakeOnceRead();
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

    private void Break(MqttReason reason, string what)
    {
        Interlocked.Increment(ref session.Counters.ProtocolErrors);
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
        keepAlive.OnWritten();
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

    private TimeSpan WatchPeriod
    {
        get
        {
            TimeSpan limit = keepAlive.Limit;
            return (limit > TimeSpan.Zero && limit < options.ConnectTimeout ? limit : options.ConnectTimeout) / 4;
        }
    }

    private void Watch()
    {
        if (closing)
        {
            Abort();
        }
        else if (!accepted)
        {
            GiveUpAfter(options.ConnectTimeout, startedAt, "CONNECT");
        }
        else if (!keepAlive.IsPaused && !session.Subscriptions.IsAnswered)
        {
            GiveUpAfter(options.ConnectTimeout, askedAt, "SUBSCRIBE");
        }

        if (accepted && !closing)
        {
            Ping(keepAlive.Next());
            session.Outbox.SendPostponed();
            CountSilence();
        }
    }

    // While the receiver holds back nothing can come.
    private void CountSilence()
    {
        TimeSpan elapsed = clock.GetElapsedTime(watchedAt);
        watchedAt = clock.GetTimestamp();
        if (!keepAlive.IsPaused)
        {
            session.Silence.Tick(elapsed);
        }
    }

    private void GiveUpAfter(TimeSpan patience, long since, string packet)
    {
        if (clock.GetElapsedTime(since) >= patience)
        {
            Stop(TimedOut(packet, patience), MqttReason.Success);
        }
    }

    private void Ping(KeepAliveStep step)
    {
        if (step == KeepAliveStep.GiveUp)
        {
            Stop(TimedOut("PINGREQ", keepAlive.Limit / 2), MqttReason.Success);
        }
        else if (step == KeepAliveStep.Ping)
        {
            lock (gate)
            {
                // A broker that takes nothing must not collect pings.
                if (control.Length == 0)
                {
                    control.Raw([(byte)PacketType.PingReq << 4, 0]);
                }
            }

            pump.Wake();
        }
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

        reader.Stop();
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
