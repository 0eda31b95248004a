namespace SensorPipeline.Mqtt;

/// <summary>Everything a client needs to know. Immutable; <see cref="Faults"/> lists what is wrong with it.</summary>
public sealed record MqttClientOptions
{
    /// <summary>Name or address of the broker; resolved anew at each attempt.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65,535.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>How to secure the connection, or null for plain text.</summary>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>The path for MQTT over WebSocket, such as <c>/mqtt</c>; null speaks MQTT directly.</summary>
    public string? WebSocketPath { get; init; }

    /// <summary>Names the session at the broker, so no two clients may share it. Empty lets the broker choose, for clean sessions.</summary>
    public required string ClientId { get; init; }

    /// <summary>The protocol to speak.</summary>
    public MqttProtocolVersion ProtocolVersion { get; init; } = MqttProtocolVersion.V5;

    /// <summary>Whether each connection starts a session anew instead of resuming the one the broker kept.</summary>
    public bool CleanStart { get; init; }

    /// <summary>How long the broker keeps the session of an absent client (MQTT 5; whole seconds).</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest silence on the connection: a ping goes out before, and no answer within half of it is a fault. 1 s to 18 h.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many QoS 1 and 2 messages the broker may send ahead of their acknowledgement (MQTT 5). 1 to 65,535.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>
    /// How many QoS 1 and 2 messages are taken on one connection before the broker has provably taken their acknowledgements. A broker that
    /// exceeds it is left and met again: beyond, one identifier could mean two messages. Half as many where QoS 2 is among them. 1 to 65,000.
    /// </summary>
    public int MaximumInFlight { get; init; } = 57_344;

    /// <summary>The largest packet taken, in bytes: 1 KiB to 256 MiB. Larger ones are refused (MQTT 5) or skipped and counted (3.1.1).</summary>
    public int MaximumPacketSize { get; init; } = 1 << 20;

    /// <summary>How many topics either side may replace by numbers on a connection (MQTT 5). 0 to 65,535; 0 does without.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Asked at each attempt, so that a changed password is taken up without a restart.</summary>
    public Func<string?>? Password { get; init; }

    /// <summary>What the broker publishes when the client vanishes, or null.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>What to subscribe to on each connection.</summary>
    public IReadOnlyList<MqttSubscription> Subscriptions { get; init; } = [];

    /// <summary>Filters an earlier run may have left in the session: those no longer wanted are taken out of it when it is resumed.</summary>
    public IReadOnlyList<string> FormerFilters { get; init; } = [];

    /// <summary>
    /// How long nothing may come on a filter that used to deliver before it is told as silent; a filter with longer pauses is given three
    /// times its longest one. Zero does without.
    /// </summary>
    public TimeSpan SilenceAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long connecting may take, and how long the answers to CONNECT and SUBSCRIBE. More than zero.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The greatest pause after a first failure; each pause is drawn evenly from zero up to a bound that doubles.</summary>
    public TimeSpan BackoffMinimum { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The greatest pause ever. After a refusal at least half of it is waited.</summary>
    public TimeSpan BackoffMaximum { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes of topics and payloads may wait in the outbox: 4 KiB to 1 GiB.</summary>
    public int OutboxBytes { get; init; } = 16 << 20;

    /// <summary>How many messages may wait in the outbox: 1 to 10 million.</summary>
    public int OutboxMessages { get; init; } = 100_000;

    /// <summary>Each fault as a line that begins with the property's name; empty when all is well.</summary>
    public IEnumerable<string> Faults()
    {
        static string? Unless(bool valid, string fault) => valid ? null : fault;
        string?[] faults =
        [
            Unless(!string.IsNullOrWhiteSpace(Host), "Host: must name the broker"),
            Unless(Port is >= 1 and <= 65535, "Port: must lie between 1 and 65535"),
            Unless(WebSocketPath is null || WebSocketPath.StartsWith('/'), "WebSocketPath: must begin with '/'"),
            Unless(Tls is not { KeyFile: not null, CertificateFile: null }, "Tls:KeyFile: a key needs its certificate in Tls:CertificateFile"),
            Unless(ClientId.Length > 0 || CleanStart, "ClientId: a session that is to be resumed needs a client identifier"),
            Unless(SessionExpiry >= TimeSpan.Zero, "SessionExpiry: must not be negative"),
            Unless(KeepAlive >= TimeSpan.FromSeconds(1) && KeepAlive <= TimeSpan.FromSeconds(65535), "KeepAlive: must lie between 1 s and 18 h"),
            Unless(ReceiveMaximum is >= 1 and <= 65535, "ReceiveMaximum: must lie between 1 and 65535"),
            Unless(MaximumInFlight is >= 1 and <= 65000, "MaximumInFlight: must lie between 1 and 65000"),
            Unless(MaximumPacketSize is >= 1024 and <= 1 << 28, "MaximumPacketSize: must lie between 1 KiB and 256 MiB"),
            Unless(TopicAliasMaximum is >= 0 and <= 65535, "TopicAliasMaximum: must lie between 0 and 65535"),
            Unless(SilenceAfter >= TimeSpan.Zero, "SilenceAfter: must not be negative"),
            Unless(ConnectTimeout > TimeSpan.Zero, "ConnectTimeout: must be more than zero"),
            Unless(BackoffMinimum > TimeSpan.Zero && BackoffMinimum <= BackoffMaximum, "BackoffMinimum: must be more than zero and at most BackoffMaximum"),
            Unless(OutboxBytes is >= 4096 and <= 1 << 30, "OutboxBytes: must lie between 4 KiB and 1 GiB"),
            Unless(OutboxMessages is >= 1 and <= 10_000_000, "OutboxMessages: must lie between 1 and 10 million"),
            Unless(Will is null || (TopicFilter.IsTopicName(Will.Topic) && Will.Qos is >= 0 and <= 2 && Will.Payload.Length <= 65535), "Will: needs a valid topic, a QoS of 0 to 2 and at most 65535 bytes"),
            Unless(ProtocolVersion == MqttProtocolVersion.V5 || Username is not null || Password is null, "Username: MQTT 3.1.1 has no password without a user name"),
            .. FormerFilters.Select(filter => Unless(TopicFilter.IsFilter(filter), $"FormerFilters: '{filter}' is no topic filter")),
        ];
        return faults.OfType<string>().Concat(FaultsOf(Subscriptions));
    }

    internal static IEnumerable<string> FaultsOf(IEnumerable<MqttSubscription> subscriptions) => subscriptions
        .Where(s => !TopicFilter.IsFilter(s.Filter) || s.Qos is < 0 or > 2 || s.Identifier is < 0 or > 268_435_455)
        .Select(s => $"Subscriptions: '{s.Filter}' with QoS {s.Qos} and identifier {s.Identifier} is no valid subscription");
}
