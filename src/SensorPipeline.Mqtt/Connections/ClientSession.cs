namespace SensorPipeline.Mqtt.Connections;

/// <summary>What a client keeps between its connections.</summary>
internal sealed class ClientSession(MqttClientOptions options, Outbox outbox, Counters counters)
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private TimeSpan rest;
    private ushort firstBefore;
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

    /// <summary>
    /// How long nothing is read before a connection is left that has brought too much. A broker that has much to send reads hardly anything until all
    /// is on its way or between us, which takes some times as long as what was taken; one that begins where it began before had not come to read at all.
    /// </summary>
    public TimeSpan NextRest(ushort first, TimeSpan lasted)
    {
        rest = first == firstBefore ? rest * 2 : rest * 0.75;
        firstBefore = first;
        TimeSpan least = lasted * 4 < ShortestRest ? ShortestRest : lasted * 4;
        rest = rest < least ? least : rest;
        return rest = rest > LongestRest ? LongestRest : rest;
    }

    public void OnEnded(Connection connection)
    {
        if (Interlocked.CompareExchange(ref current, null, connection) == connection)
        {
            Outbox.Detach();
        }
    }
}
