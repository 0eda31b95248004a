using System.Collections.Concurrent;
using System.Text;
using SensorPipeline.Mqtt;

namespace SensorPipeline.EndToEnd;

/// <summary>Reads what a service publishes and publishes what a test wants, over a real broker.</summary>
internal sealed class BrokerTap : IMqttReceiver, IAsyncDisposable
{
    private readonly MqttClient client;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<(string Topic, string Payload)> messages = new();
    private readonly SemaphoreSlim news = new(0);
    private readonly Task running;

    public BrokerTap(int port, params string[] filters)
    {
        client = new MqttClient(
            new MqttClientOptions
            {
                Host = "127.0.0.1",
                Port = port,
                ClientId = $"tap-{Guid.NewGuid():n}",
                CleanStart = true,
                SessionExpiry = TimeSpan.Zero,
                Subscriptions = [.. filters.Select(filter => new MqttSubscription { Filter = filter, Qos = 1 })],
            },
            TimeProvider.System,
            new Random(1));
        running = client.RunAsync(this, stop.Token);
    }

    public Task Connected => connected.Task.WaitAsync(TimeSpan.FromMinutes(1));

    public (string Topic, string Payload)[] Messages => [.. messages];

    /// <summary>Waits until a message satisfies a condition.</summary>
    public async Task<(string Topic, string Payload)> WaitForAsync(Func<(string Topic, string Payload), bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!messages.Any(condition))
        {
            await news.WaitAsync(patience.Token);
        }

        return messages.Last(condition);
    }

    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos = 1, bool retain = false)
    {
        while (!client.TryPublish(topic, payload.Span, qos, retain))
        {
            await client.FlushAsync(CancellationToken.None);
        }
    }

    public Task PublishAsync(string topic, string payload, int qos = 1, bool retain = false) => PublishAsync(topic, Encoding.UTF8.GetBytes(payload), qos, retain);

    public Task FlushAsync() => client.FlushAsync(CancellationToken.None);

    public void OnConnected(in MqttConnected connection) => connected.TrySetResult();

    public ValueTask OnMessages(MqttMessages received, Receipt receipt)
    {
        foreach (MqttMessage message in received)
        {
            messages.Enqueue((Encoding.UTF8.GetString(message.Topic), Encoding.UTF8.GetString(message.Payload)));
            news.Release();
        }

        client.Acknowledge(receipt);
        return ValueTask.CompletedTask;
    }

    public void OnDisconnected(MqttFault fault)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        await client.DisposeAsync();
        stop.Dispose();
        news.Dispose();
    }
}
