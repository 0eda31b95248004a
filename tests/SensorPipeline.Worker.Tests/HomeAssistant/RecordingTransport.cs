using SensorPipeline.Mqtt;

namespace SensorPipeline.Worker.Tests.HomeAssistant;

/// <summary>Notes what is published and sends nothing.</summary>
internal sealed class RecordingTransport : IMqttTransport
{
    public List<string> Topics { get; } = [];

    public int Retained { get; private set; }

    public bool IsFull { get; set; }

    public MqttTransportStatus Status => new();

    public Task RunAsync(IMqttReceiver receiver, CancellationToken cancel) => Task.CompletedTask;

    public void Acknowledge(Receipt receipt)
    {
    }

    public bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain) =>
        TryPublish(System.Text.Encoding.UTF8.GetString(topic), payload, qos, retain);

    public bool TryPublish(string topic, ReadOnlySpan<byte> payload, int qos, bool retain)
    {
        if (!IsFull)
        {
            Topics.Add(topic);
            Retained += retain ? 1 : 0;
        }

        return !IsFull;
    }

    public void Subscribe(IReadOnlyList<MqttSubscription> subscriptions)
    {
    }

    public Task FlushAsync(CancellationToken cancel) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
