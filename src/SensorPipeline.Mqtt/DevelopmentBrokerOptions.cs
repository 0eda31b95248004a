namespace SensorPipeline.Mqtt;

/// <summary>Limits of the development broker.</summary>
public sealed record DevelopmentBrokerOptions
{
    /// <summary>The loopback port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The largest packet taken, in bytes.</summary>
    public int MaximumPacketSize { get; init; } = 1 << 20;

    /// <summary>Connections at once; further ones are refused as busy.</summary>
    public int MaximumConnections { get; init; } = 1000;

    /// <summary>Sessions kept, connected or not; clients beyond are refused as busy.</summary>
    public int MaximumSessions { get; init; } = 1000;

    /// <summary>Topics with a retained message; further ones are not kept.</summary>
    public int MaximumRetained { get; init; } = 100_000;

    /// <summary>QoS 1 and 2 messages that wait for one session; the newest are dropped and counted.</summary>
    public int MaximumQueued { get; init; } = 100_000;

    /// <summary>Bytes of QoS 0 messages that wait for a slow client; further ones are dropped and counted.</summary>
    public int MaximumUnsentBytes { get; init; } = 16 << 20;

    /// <summary>How many QoS 1 and 2 messages a client may send ahead of their acknowledgement.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>How many topics a client may replace by numbers.</summary>
    public int TopicAliasMaximum { get; init; } = 10;

    /// <summary>Whether these credentials are good; null lets everyone in.</summary>
    public Func<string?, string?, bool>? Authenticate { get; init; }

    /// <summary>Whether a client may subscribe to a filter; null allows all.</summary>
    public Func<string, bool>? AllowSubscribe { get; init; }
}
