namespace SensorPipeline.Worker.Options;

/// <summary>A version of the MQTT protocol.</summary>
public enum MqttVersion
{
    /// <summary>MQTT 5.</summary>
    V5,

    /// <summary>MQTT 3.1.1.</summary>
    V311,
}
