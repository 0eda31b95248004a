using System.Net.Sockets;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// The sending side of a connection: control packets, then acknowledgements, then messages, gathered into one write. While a read is taken
/// apart, one wake-up at its end does for all that its packets ask for.
/// </summary>
internal sealed class Sender : IPacketSource
{
    // What answers the broker's packets may pile up to this while the broker does not read.
    private const int MaximumControlBytes = 1 << 20;

    private readonly MqttProtocolVersion version;
    private readonly ClientSession session;
    private readonly ReceiveWindow window;
    private readonly KeepAlive keepAlive;
    private readonly Stream stream;
    private readonly SendPump pump;
    private readonly Lock gate = new();
    private readonly PacketWriter control = new(512);
    private int pings;
    private volatile bool open;
    private volatile int readingThread;
    private bool due;
    private bool closing;
    private MqttReason? farewell;

    public Sender(MqttProtocolVersion version, ClientSession session, ReceiveWindow window, KeepAlive keepAlive, Stream stream)
    {
        this.version = version;
        this.session = session;
        this.window = window;
        this.keepAlive = keepAlive;
        this.stream = stream;
        pump = new SendPump(stream, this);
    }

    /// <summary>Sends until it is closed or aborted; what the network throws is thrown.</summary>
    public async Task RunAsync(ConnectPacket connect)
    {
        connect.Write(control);
        await pump.RunAsync();
        (stream as NetworkStream)?.Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>The broker accepted: subscriptions go out, and from <see cref="Open"/> on acknowledgements and messages.</summary>
    public void Subscribe(bool sessionPresent, MqttServerLimits limits)
    {
        lock (gate)
        {
            session.Subscriptions.Attach(control, sessionPresent, limits);
        }
    }

    public void Open() => open = true;

    /// <summary>Asks for what a change of subscriptions has left to say; false when there is nothing.</summary>
    public bool TryUpdateSubscriptions()
    {
        bool changed;
        lock (gate)
        {
            changed = session.Subscriptions.TryUpdate(control);
        }

        pump.Wake();
        return changed;
    }

    public MqttReason OnSubscriptionsAnswered(PacketType type, ReadOnlySpan<byte> body, out MqttFault? refusal)
    {
        lock (gate)
        {
            Wake();
            return session.Subscriptions.OnAnswered(type, body, control, out refusal);
        }
    }

    /// <summary>Answers a packet of the broker; false when it lets too many answers pile up.</summary>
    public bool TryAnswer(PacketType type, ushort id)
    {
        lock (gate)
        {
            AcknowledgementPacket.Write(control, type, id);
        }

        Wake();
        return control.Length <= MaximumControlBytes;
    }

    /// <summary>Pings, unless a broker that takes nothing has something to take already.</summary>
    public void Ping()
    {
        lock (gate)
        {
            if (control.Length == 0)
            {
                control.Raw(ReceiveWindow.Ping);
                pings++;
            }
        }

        pump.Wake();
    }

    /// <summary>Sends what is pending but no more messages, and ends with a DISCONNECT unless <paramref name="farewell"/> is null.</summary>
    public void Close(MqttReason? farewell)
    {
        lock (gate)
        {
            this.farewell = farewell;
            closing = true;
        }

        pump.Wake();
    }

    public void Abort() => pump.Abort();

    public void BeginRead() => readingThread = Environment.CurrentManagedThreadId;

    public void EndRead()
    {
        readingThread = 0;
        if (due)
        {
            due = false;
            pump.SendHere();
        }
    }

    /// <summary>Something is there to send.</summary>
    public void Wake()
    {
        if (readingThread == Environment.CurrentManagedThreadId)
        {
            due = true;
        }
        else
        {
            pump.Wake();
        }
    }

    bool IPacketSource.Fill(PacketWriter writer)
    {
        bool last;
        lock (gate)
        {
            last = closing;
            writer.Raw(control.WrittenSpan);
            control.Clear();
            while (pings > 0)
            {
                window.OnPing();
                pings--;
            }
        }

        if (open)
        {
            window.Drain(writer);
            if (!last)
            {
                session.Outbox.Fill(writer);
            }
        }

        if (last && farewell is { } reason)
        {
            DisconnectPacket.Write(writer, version, reason);
        }

        return last;
    }

    void IPacketSource.OnWritten()
    {
        keepAlive.OnWritten();
        session.Outbox.OnWritten();
    }
}
