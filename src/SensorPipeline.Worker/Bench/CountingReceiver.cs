using SensorPipeline.Mqtt;

namespace SensorPipeline.Worker.Bench;

/// <summary>The empty handler: counts, and acknowledges when asked to.</summary>
internal sealed class CountingReceiver : IMqttReceiver
{
    private long count;

    public IMqttTransport? AcknowledgeWith { get; set; }

    public long Count => Volatile.Read(ref count);

    public void OnConnected(in MqttConnected connected)
    {
    }

    public ValueTask OnMessages(MqttMessages messages, Receipt receipt)
    {
        AcknowledgeWith?.Acknowledge(receipt);
        Volatile.Write(ref count, count + messages.Count);
        return ValueTask.CompletedTask;
    }

    public void OnDisconnected(MqttFault fault)
    {
    }
}
