namespace SensorPipeline.Mqtt.Connections;

/// <summary>What a client keeps between its connections.</summary>
internal sealed class ClientSession(MqttClientOptions options, Outbox outbox, Counters counters)
{
    private MqttFault? lastFault;
    private MqttFault? lastRefusal;
    private Connection? current;

    public Outbox Outbox { get; } = outbox;

    public Counters Counters { get; } = counters;

    /// <summary>QoS 2 identifiers received and not yet released by the broker.</summary>
    public PacketIdSet AwaitingRelease { get; } = new();

    public Subscriptions Subscriptions { get; } = new(options);

    public SilenceWatch Silence { get; } = new(options.SilenceAfter);

    public bool SessionPresent { get; private set; }

    public long Accepted { get; private set; }

    public Connection? Current => Volatile.Read(ref current);

    public MqttFault? LastFault
    {
        get => Volatile.Read(ref lastFault);
        set => Volatile.Write(ref lastFault, value);
    }

    public MqttFault? LastRefusal
    {
        get => Volatile.Read(ref lastRefusal);
        set => Volatile.Write(ref lastRefusal, value);
    }

    public void OnAccepted(Connection connection, bool sessionPresent)
    {
        SessionPresent = sessionPresent;
        Accepted++;
        Volatile.Write(ref current, connection);
    }

    public void OnEnded(Connection connection)
    {
        if (Interlocked.CompareExchange(ref current, null, connection) == connection)
        {
            Outbox.Detach();
        }
    }
}
