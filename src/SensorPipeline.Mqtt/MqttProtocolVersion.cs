namespace SensorPipeline.Mqtt;

/// <summary>The protocol level a client announces.</summary>
public enum MqttProtocolVersion : byte
{
    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V5 = 5,
}
