namespace SensorPipeline.Mqtt;

/// <summary>Takes what a transport delivers. The calls of one transport never overlap.</summary>
public interface IMqttReceiver
{
    /// <summary>The broker accepted a connection; messages follow.</summary>
    void OnConnected(in MqttConnected connected);

    /// <summary>
    /// Every message that was complete in one read of the socket. They are valid until the call returns. While the returned task is
    /// pending the client reads nothing more but keeps the connection alive: that is the back-pressure.
    /// </summary>
    /// <param name="messages">The messages, in order of receipt.</param>
    /// <param name="receipt">Acknowledges all of them and all before them; see <see cref="IMqttTransport.Acknowledge"/>.</param>
    ValueTask OnMessages(MqttMessages messages, Receipt receipt);

    /// <summary>A connection ended or could not be made (then <see cref="MqttFault.Epoch"/> is 0). The transport tries again by itself.</summary>
    void OnDisconnected(MqttFault fault);
}
