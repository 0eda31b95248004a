using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using SensorPipeline.Mqtt.Connections;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Broker;

/// <summary>One client's connection, from its CONNECT to its end.</summary>
internal sealed class BrokerConnection : IPacketSource
{
    private static readonly TimeSpan PatienceForConnect = TimeSpan.FromSeconds(10);

    private readonly Stream stream;
    private readonly Exchange exchange;
    private readonly DevelopmentBrokerOptions options;
    private readonly TimeProvider clock;
    private readonly PipeReader input;
    private readonly SendPump pump;
    private readonly PacketWriter control = new(256);
    private readonly Admission admission;
    private readonly PublishIntake intake;
    private ConnectPacket? client;
    private BrokerSession? session;
    private MqttWill? will;
    private long lastReceived;
    private bool closing;
    private MqttReason farewell;

    public BrokerConnection(Stream stream, Exchange exchange, DevelopmentBrokerOptions options, TimeProvider clock)
    {
        this.stream = stream;
        this.exchange = exchange;
        this.options = options;
        this.clock = clock;
        input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10, minimumReadSize: 4 << 10, leaveOpen: true));
        pump = new SendPump(stream, this);
        admission = new Admission(options, exchange);
        intake = new PublishIntake(exchange, options.TopicAliasMaximum);
        lastReceived = clock.GetTimestamp();
    }

    /// <summary>What the client asked for; only a connection that has a session has it.</summary>
    public ConnectPacket Client => client!;

    public MqttProtocolVersion Version => client?.Version ?? MqttProtocolVersion.V5;

    public void Wake() => pump.Wake();

    /// <summary>Ends the connection as a crash would.</summary>
    public void Cut()
    {
        pump.Abort();
        stream.Dispose();
    }

    /// <summary>Ends the connection with a reason, where the protocol has room for one.</summary>
    public void Close(MqttReason reason)
    {
        lock (exchange.Gate)
        {
            farewell = closing ? farewell : reason;
            closing = true;
        }

        input.CancelPendingRead();
        pump.Wake();
    }

    public void CloseIfSilent()
    {
        TimeSpan patience = client is null ? PatienceForConnect : TimeSpan.FromSeconds(client.KeepAliveSeconds * 1.5);
        if (patience > TimeSpan.Zero && clock.GetElapsedTime(Volatile.Read(ref lastReceived)) > patience)
        {
            Close(MqttReason.KeepAliveTimeout);
        }
    }

    public async Task RunAsync()
    {
        Task sending = SendAsync();
        await ReceiveAsync();
        Close(MqttReason.Success);
        if (session is not null)
        {
            exchange.Detach(this, session, will);
        }

        // A client that does not read its last packets is not waited for.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        await using (limit.Token.Register(Cut))
        {
            await sending;
        }

        Cut();
        await input.CompleteAsync();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (!closing)
            {
                ReadResult read = await input.ReadAsync();
                Volatile.Write(ref lastReceived, clock.GetTimestamp());
                MqttReason reason = Take(read.Buffer, out SequencePosition consumed);
                input.AdvanceTo(consumed, read.Buffer.End);
                if (reason != MqttReason.Success)
                {
                    Close(reason);
                }

                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await pump.RunAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            input.CancelPendingRead();
            Close(MqttReason.Success);
        }
    }

    private MqttReason Take(in ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        ReadOnlySpan<byte> span = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.ToArray();
        int at = 0;
        MqttReason reason;
        while ((FixedHeader.TryRead(span[at..], out FixedHeader header, out reason) || reason != MqttReason.Success) && !closing)
        {
            if (reason == MqttReason.Success && header.PacketLength > options.MaximumPacketSize)
            {
                reason = MqttReason.PacketTooLarge;
            }

            if (reason != MqttReason.Success || span.Length - at < header.PacketLength)
            {
                break;
            }

            int body = at + header.HeaderLength;
            int end = at + header.PacketLength;
            reason = header.Type == PacketType.Publish && session is not null ? OnPublish(span, header.First, body, end) : Handle(header.Type, span[body..end]);
            at = end;
            if (reason != MqttReason.Success)
            {
                break;
            }
        }

        consumed = buffer.GetPosition(at);
        return reason;
    }

    private MqttReason Handle(PacketType type, ReadOnlySpan<byte> body)
    {
        if (session is null)
        {
            return type == PacketType.Connect ? OnConnect(body) : MqttReason.ProtocolError;
        }

        switch (type)
        {
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp:
                return OnAcknowledgement(type, body);
            case PacketType.Subscribe:
                return OnSubscribe(body);
            case PacketType.Unsubscribe:
                return OnUnsubscribe(body);
            case PacketType.PingReq when body.IsEmpty:
                Answer(writer => writer.Raw([(byte)PacketType.PingResp << 4, 0]));
                return MqttReason.Success;
            case PacketType.Disconnect:
                return OnDisconnect(body);
            default:
                return MqttReason.ProtocolError;
        }
    }

    private MqttReason OnConnect(ReadOnlySpan<byte> body)
    {
        ConnectPacket? packet = ConnectPacket.Read(body, out MqttReason reason);
        if (packet is null)
        {
            Refuse(MqttProtocolVersion.V311, reason);
            return MqttReason.Success;
        }

        reason = admission.Check(ref packet, out MqttServerLimits limits);
        if (reason != MqttReason.Success)
        {
            Refuse(packet.Version, reason);
            return MqttReason.Success;
        }

        client = packet;
        lock (exchange.Gate)
        {
            session = exchange.Attach(this, packet, out bool present);
            if (session is not null)
            {
                will = packet.Will;
                ConnAckPacket.Write(control, packet.Version, present, MqttReason.Success, limits);
            }
        }

        if (session is null)
        {
            Refuse(packet.Version, MqttReason.ServerBusy);
        }

        pump.Wake();
        return MqttReason.Success;
    }

    private void Refuse(MqttProtocolVersion version, MqttReason reason)
    {
        Answer(writer => ConnAckPacket.Write(writer, version, false, reason, new MqttServerLimits()));
        Close(MqttReason.Success);
    }

    private MqttReason OnPublish(ReadOnlySpan<byte> span, byte first, int start, int end)
    {
        MqttReason reason = intake.Take(span, first, start, end, Client, session!, out PublishPacket packet);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        if (packet.Qos > 0)
        {
            lock (exchange.Gate)
            {
                if (packet.Qos == 2)
                {
                    session!.Received.Add(packet.PacketId);
                }

                AcknowledgementPacket.Write(control, packet.Qos == 2 ? PacketType.PubRec : PacketType.PubAck, packet.PacketId);
            }

            pump.Wake();
        }

        return MqttReason.Success;
    }

    private MqttReason OnAcknowledgement(PacketType type, ReadOnlySpan<byte> body)
    {
        MqttReason reason = AcknowledgementPacket.TryRead(body, Version, out ushort id, out MqttReason code);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        lock (exchange.Gate)
        {
            if (type == PacketType.PubRel)
            {
                session!.Received.Remove(id);
                AcknowledgementPacket.Write(control, PacketType.PubComp, id);
            }
            else if (session!.OnAnswered(type, id, code))
            {
                AcknowledgementPacket.Write(control, PacketType.PubRel, id);
            }
        }

        pump.Wake();
        return MqttReason.Success;
    }

    private MqttReason OnSubscribe(ReadOnlySpan<byte> body)
    {
        var wanted = new List<MqttSubscription>();
        MqttReason reason = SubscribePacket.TryRead(body, Version, out ushort id, wanted);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        byte[] codes = new byte[wanted.Count];
        lock (exchange.Gate)
        {
            for (int i = 0; i < codes.Length; i++)
            {
                MqttReason code = exchange.Subscribe(session!, wanted[i]);
                codes[i] = Version == MqttProtocolVersion.V5 ? (byte)code : Math.Min((byte)code, (byte)MqttReason.Unspecified);
            }

            SubAckPacket.Write(control, Version, PacketType.SubAck, id, codes);
        }

        pump.Wake();
        return MqttReason.Success;
    }

    private MqttReason OnUnsubscribe(ReadOnlySpan<byte> body)
    {
        var filters = new List<string>();
        MqttReason reason = SubscribePacket.TryReadUnsubscribe(body, Version, out ushort id, filters);
        if (reason == MqttReason.Success)
        {
            byte[] codes = [.. filters.Select(filter => (byte)exchange.Unsubscribe(session!, filter))];
            Answer(writer => SubAckPacket.Write(writer, Version, PacketType.UnsubAck, id, codes));
        }

        return reason;
    }

    private MqttReason OnDisconnect(ReadOnlySpan<byte> body)
    {
        MqttReason reason = DisconnectPacket.TryRead(body, Version, out MqttReason code, out _);
        if (reason == MqttReason.Success)
        {
            will = code == MqttReason.DisconnectWithWill ? will : null;
            Close(MqttReason.Success);
        }

        return reason;
    }

    private void Answer(Action<PacketWriter> write)
    {
        lock (exchange.Gate)
        {
            write(control);
        }

        pump.Wake();
    }

    bool IPacketSource.Fill(PacketWriter writer)
    {
        lock (exchange.Gate)
        {
            writer.Raw(control.WrittenSpan);
            control.Clear();
            if (session?.Connection == this && !closing)
            {
                session.Fill(writer, this);
            }

            if (closing && farewell != MqttReason.Success && Version == MqttProtocolVersion.V5 && session is not null)
            {
                DisconnectPacket.Write(writer, Version, farewell);
            }

            return closing;
        }
    }

    void IPacketSource.OnWritten()
    {
    }
}
