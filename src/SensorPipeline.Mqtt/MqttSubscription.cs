namespace SensorPipeline.Mqtt;

/// <summary>One filter a client subscribes to.</summary>
public sealed record MqttSubscription
{
    /// <summary>The topic filter; see <see cref="TopicFilter"/> for what is valid.</summary>
    public required string Filter { get; init; }

    /// <summary>The greatest QoS to deliver with: 0, 1 or 2.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>Do not deliver what this client published itself (MQTT 5).</summary>
    public bool NoLocal { get; init; }

    /// <summary>Deliver live messages with the retain flag they were published with (MQTT 5).</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>When to deliver retained messages (MQTT 5). On a resumed session at most <see cref="MqttRetainHandling.SendWhenNew"/>.</summary>
    public MqttRetainHandling RetainHandling { get; init; }

    /// <summary>Comes with each message this filter took (MQTT 5): 1 to 268,435,455, or 0 for none. See <see cref="MqttMessage.CopySubscriptionsTo"/>.</summary>
    public int Identifier { get; init; }
}
