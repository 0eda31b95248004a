using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>One connection from CONNECT to its end: reads and delivers on one task, sends on another, and is watched by a timer.</summary>
internal sealed class Connection : IDisposable
{
    private readonly MqttClientOptions options;
    private readonly TimeProvider clock;
    private readonly IMqttReceiver receiver;
    private readonly ClientSession session;
    private readonly Stream stream;
    private readonly ReceiveBuffer input;
    private readonly Sender sender;
    private readonly ReceiveWindow window;
    private readonly BatchReader reader;
    private readonly Answers answers;
    private readonly KeepAlive keepAlive;
    private readonly ConnectionWatch watch;
    private readonly Signal room = new();

    private MqttFault? fault;
    private volatile bool accepted;
    private bool overrun;
    private int stopped;
    private long acceptedAt;
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
        window = new ReceiveWindow(session.AwaitingRelease, options.MaximumInFlight);
        reader = new BatchReader(options, session.Counters, Handle);
        keepAlive = new KeepAlive(clock) { Limit = options.KeepAlive };
        sender = new Sender(options.ProtocolVersion, session, window, keepAlive, stream);
        answers = new Answers(options.ProtocolVersion, session, window, sender);
        watch = new ConnectionWatch(options, clock, session, sender, keepAlive, fault => Stop(fault, MqttReason.Success), Abort);
    }

    public long Epoch { get; }

    public bool IsAccepted => accepted;

    public bool IsReady => accepted && session.Subscriptions.IsGranted;

    /// <summary>How long the connection has stood, or null if it was never accepted.</summary>
    public TimeSpan? Lasted => accepted ? clock.GetElapsedTime(acceptedAt) : null;

    public void Acknowledge(Receipt receipt)
    {
        window.Release(receipt.Position);
        sender.Wake();
        room.Set();
    }

    public void WakeSender() => sender.Wake();

    public void UpdateSubscriptions()
    {
        if (sender.TryUpdateSubscriptions())
        {
            watch.OnAsked();
        }
    }

    /// <summary>Serves until something fails; null means that it was cancelled and has said good-bye.</summary>
    public async Task<MqttFault?> RunAsync(CancellationToken cancel)
    {
        Task sending = SendAsync(ConnectPacketOf(options));
        watch.Start();
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
                sender.BeginRead();
                ValueTask delivery = Take(input.Unread);
                sender.EndRead();
                if (!delivery.IsCompletedSuccessfully || window.IsFull || overrun)
                {
                    keepAlive.Pause();
                    await delivery;
                    await HoldBackAsync();
                    keepAlive.Resume();
                }

                if (overrun)
                {
                    await LeaveAsync();
                    return;
                }

                if (!more)
                {
                    Stop(ConnectionFaults.Closed(accepted, null), MqttReason.Success);
                    return;
                }
            }
        }
        catch (Exception exception) when (reading && NetworkFaults.Is(exception))
        {
            Stop(ConnectionFaults.Closed(accepted, exception.Message), MqttReason.Success);
        }
    }

    // Behind an overrun nothing may be read until all before it is acknowledged.
    private async ValueTask HoldBackAsync()
    {
        while (Volatile.Read(ref stopped) == 0 && (overrun ? !window.IsReleased : window.IsFull))
        {
            await room.WaitAsync();
        }
    }

    private async Task LeaveAsync()
    {
        TimeSpan rest = session.NextRest(window.First, clock.GetElapsedTime(acceptedAt));
        Stop(ConnectionFaults.Overrun(window.Limit), MqttReason.Success);
        watch.AbortAfter(rest);
        await Task.Delay(rest, clock);
    }

    private ValueTask Take(ReadOnlySpan<byte> bytes)
    {
        MqttReason reason = reader.Read(bytes, out int consumed);
        input.Advance(consumed);
        if (reason != MqttReason.Success)
        {
            Break(reason, reason == MqttReason.QuotaExceeded ? "it sends without reading what it is answered" : Packet(reader.Last));
        }

        return Deliver(bytes, reader.Batch);
    }

    private static string Packet(FixedHeader header) => header.First == 0 ? "no valid packet" : $"{header.Type} of {header.BodyLength} bytes";

    // Messages that came before a refused packet are delivered all the same.
    private ValueTask Deliver(ReadOnlySpan<byte> bytes, Span<PublishPacket> batch)
    {
        int deliver = batch.Length;
        if (deliver > 0 && reader.Identified)
        {
            overrun = !window.TryAdd(batch, out deliver, out position);
            Interlocked.Add(ref session.Counters.Repeated, window.TakeRepeated());
            sender.Wake();
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
                return answers.OnAnswered(type, body);
            case PacketType.PubRel:
                return answers.OnReleased(body);
            case PacketType.SubAck or PacketType.UnsubAck:
                return answers.OnSubscriptionsAnswered(type, body, Epoch);
            case PacketType.PingResp:
                window.OnPingAnswered();
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
            Stop(ConnectionFaults.Refused(code, limits), MqttReason.Success);
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
        acceptedAt = clock.GetTimestamp();
        if (!sessionPresent)
        {
            session.AwaitingRelease.Clear();
        }

        session.Outbox.Attach(options.ProtocolVersion, limits, sessionPresent);
        sender.Subscribe(sessionPresent, limits);
        session.OnAccepted(this, sessionPresent);
        accepted = true;
        watch.OnAccepted();
        sender.Open();
        reader.TakesMessages = true;
        UpdateSubscriptions();
        receiver.OnConnected(new MqttConnected(Epoch, sessionPresent, options.ProtocolVersion, limits));
        sender.Wake();
    }

    private MqttReason OnDisconnect(ReadOnlySpan<byte> body)
    {
        MqttReason reason = DisconnectPacket.TryRead(body, options.ProtocolVersion, out MqttReason code, out string? text);
        if (reason == MqttReason.Success)
        {
            Stop(ConnectionFaults.Closed(code, text), MqttReason.Success);
        }

        return reason;
    }

    private void Break(MqttReason reason, string what)
    {
        Interlocked.Increment(ref session.Counters.ProtocolErrors);
        Stop(ConnectionFaults.Violation(options.ProtocolVersion, $"{what}: {MqttReasons.Describe(reason)}", reason), reason);
    }

    private async Task SendAsync(ConnectPacket connect)
    {
        try
        {
            await sender.RunAsync(connect);
        }
        catch (Exception exception) when (NetworkFaults.Is(exception))
        {
            Stop(ConnectionFaults.Closed(accepted, exception.Message), MqttReason.Success);
        }
    }

    // Ending.

    /// <summary>The first reason to stop counts. A peer that takes or closes nothing any more does not hold the end up for long.</summary>
    private void Stop(MqttFault? because, MqttReason goodbye)
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
        {
            return;
        }

        // Before MQTT 5 a DISCONNECT always meant that all is well, which would withhold the will.
        bool explained = goodbye != MqttReason.Success && options.ProtocolVersion == MqttProtocolVersion.V5;
        fault = because is null ? null : because with { Epoch = accepted ? Epoch : 0 };
        reader.Stop();
        sender.Close(explained || (accepted && because is null or { Kind: MqttFaultKind.Overrun }) ? goodbye : null);
        watch.OnClosing();
        room.Set();
        if (because is { Kind: MqttFaultKind.TimedOut or MqttFaultKind.Closed })
        {
            Abort();
        }
    }

    private void Abort()
    {
        sender.Abort();
        stream.Dispose();
    }

    /// <summary>Lets go of the timer.</summary>
    public void Dispose() => watch.Dispose();
}
