namespace SensorPipeline.Mqtt;

/// <summary>A connection to a broker that looks after itself. The built-in one is <see cref="MqttClient"/>.</summary>
public interface IMqttTransport : IAsyncDisposable
{
    /// <summary>Where the connection stands and what it has counted.</summary>
    MqttTransportStatus Status { get; }

    /// <summary>
    /// Connects, subscribes and delivers; reconnects with growing random pauses and subscribes again, until cancelled. On cancellation
    /// pending acknowledgements and a DISCONNECT are sent before it returns. A fault of the network never throws; a receiver's does.
    /// </summary>
    Task RunAsync(IMqttReceiver receiver, CancellationToken cancel);

    /// <summary>
    /// Acknowledges, in order of receipt, every message delivered up to this receipt. From any thread; ignored when the receipt's
    /// connection is gone.
    /// </summary>
    void Acknowledge(Receipt receipt);

    /// <summary>
    /// Queues a message; topic and payload are copied. False when the outbox is full, which is counted. QoS 1 and 2 are held until the
    /// broker has acknowledged them and sent again after a reconnect.
    /// </summary>
    /// <exception cref="ArgumentException">The topic is no topic name, or the message could never fit the outbox.</exception>
    bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain);

    /// <inheritdoc cref="TryPublish(ReadOnlySpan{byte}, ReadOnlySpan{byte}, int, bool)"/>
    bool TryPublish(string topic, ReadOnlySpan<byte> payload, int qos, bool retain);

    /// <inheritdoc cref="TryPublish(ReadOnlySpan{byte}, ReadOnlySpan{byte}, int, bool)"/>
    /// <param name="topic">The topic name, UTF-8.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="qos">0, 1 or 2.</param>
    /// <param name="retain">Whether the broker keeps it for later subscribers.</param>
    /// <param name="properties">Said with the message where the protocol has room for it; copied.</param>
    bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain, MqttProperties properties) =>
        TryPublish(topic, payload, qos, retain);

    /// <summary>
    /// Subscribes to these filters from now on, whatever was subscribed before: new ones are asked for, those gone are taken back, on this
    /// connection or the next. From any thread.
    /// </summary>
    /// <exception cref="ArgumentException">One of them is no valid subscription.</exception>
    void Subscribe(IReadOnlyList<MqttSubscription> subscriptions);

    /// <summary>Completes when everything queued so far has been written (QoS 0) or acknowledged (QoS 1 and 2).</summary>
    Task FlushAsync(CancellationToken cancel);
}
