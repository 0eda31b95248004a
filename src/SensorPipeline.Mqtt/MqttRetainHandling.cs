namespace SensorPipeline.Mqtt;

/// <summary>Whether subscribing delivers retained messages.</summary>
public enum MqttRetainHandling
{
    /// <summary>On every SUBSCRIBE.</summary>
    Send = 0,

    /// <summary>Only when the session did not have the subscription yet.</summary>
    SendWhenNew = 1,

    /// <summary>Never.</summary>
    DoNotSend = 2,
}
