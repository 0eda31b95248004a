namespace SensorPipeline.Mqtt;

/// <summary>A snapshot of a transport's state and counters; counters start at zero with the transport.</summary>
public sealed record MqttTransportStatus
{
    /// <summary>Whether the broker has accepted the current connection.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Whether the broker has also granted every filter.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether the current or last accepted connection resumed a session.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>The current or last accepted connection, 0 before the first.</summary>
    public long Epoch { get; init; }

    /// <summary>Accepted connections after the first.</summary>
    public long Reconnects { get; init; }

    /// <summary>Why the latest connection ended or could not be made, in words, or null. Kept after recovery.</summary>
    public MqttFault? LastFault { get; init; }

    /// <summary>The latest refusal of a filter or a message, in words, or null. The connection may stand all the same.</summary>
    public MqttFault? LastRefusal { get; init; }

    /// <summary>Filters that used to deliver and on which nothing has come for long, though the connection stands.</summary>
    public IReadOnlyList<string> SilentFilters { get; init; } = [];

    /// <summary>Packets received.</summary>
    public long PacketsIn { get; init; }

    /// <summary>Bytes received.</summary>
    public long BytesIn { get; init; }

    /// <summary>Messages delivered to the receiver.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Messages the broker repeated on one connection; they were delivered once.</summary>
    public long Repeated { get; init; }

    /// <summary>Messages larger than the maximum packet size; they were not delivered.</summary>
    public long Oversized { get; init; }

    /// <summary>Packets that broke the protocol's rules.</summary>
    public long ProtocolErrors { get; init; }

    /// <summary>Messages written (QoS 0) or acknowledged (QoS 1 and 2).</summary>
    public long MessagesOut { get; init; }

    /// <summary>Messages the outbox had no room for.</summary>
    public long OutboxFull { get; init; }

    /// <summary>Messages the broker refused, or that exceed its limits; they were dropped.</summary>
    public long PublishesRefused { get; init; }

    /// <summary>Times a broker whose quota was used up sent a message back; it is sent again later.</summary>
    public long PublishesPostponed { get; init; }

    /// <summary>Acknowledgements of messages that wait for none; they are ignored.</summary>
    public long UnknownAnswers { get; init; }

    /// <summary>Messages the outbox ever took.</summary>
    public long Queued { get; init; }

    /// <summary>How many of them, from the first on, are settled: written (QoS 0), acknowledged, refused or dropped.</summary>
    public long Settled { get; init; }

    /// <summary>Messages waiting in the outbox now.</summary>
    public long OutboxLength { get; init; }
}
