namespace SensorPipeline.Mqtt;

/// <summary>What the server said it can do; MQTT 3.1.1 servers say nothing, so these are the protocol's defaults.</summary>
public sealed record MqttServerLimits
{
    /// <summary>How many QoS 1 and 2 messages may wait for their acknowledgement at once.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The largest packet it takes, in bytes.</summary>
    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    /// <summary>The greatest QoS it takes; higher ones are sent with this one.</summary>
    public int MaximumQos { get; init; } = 2;

    /// <summary>Whether it keeps retained messages.</summary>
    public bool RetainAvailable { get; init; } = true;

    /// <summary>Whether filters may hold wildcards.</summary>
    public bool WildcardSubscriptionAvailable { get; init; } = true;

    /// <summary>Whether messages can say which subscription they came by.</summary>
    public bool SubscriptionIdentifierAvailable { get; init; } = true;

    /// <summary>How many topic aliases it takes.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>The keep-alive it imposes, if any.</summary>
    public TimeSpan? KeepAlive { get; init; }

    /// <summary>How long it keeps the session, if that differs from what was asked.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>The identifier it gave a client that had none.</summary>
    public string? AssignedClientId { get; init; }

    /// <summary>The server it says to use instead.</summary>
    public string? ServerReference { get; init; }

    /// <summary>Its own words about a refusal.</summary>
    public string? ReasonText { get; init; }
}
