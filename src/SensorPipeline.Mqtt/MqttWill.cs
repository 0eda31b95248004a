namespace SensorPipeline.Mqtt;

/// <summary>What the broker publishes when the client vanishes without a DISCONNECT.</summary>
public sealed record MqttWill
{
    /// <summary>A topic name without wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>At most 65,535 bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>0, 1 or 2.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>Whether the broker keeps it for later subscribers.</summary>
    public bool Retain { get; init; }

    /// <summary>How long the broker waits for the client to come back first (MQTT 5; whole seconds).</summary>
    public TimeSpan Delay { get; init; }
}
