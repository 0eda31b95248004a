using SensorPipeline.Mqtt;

namespace SensorPipeline.Worker.Simulation;

/// <summary>Publishes a simulation's messages over MQTT: waits for a connection, and for room where the broker is slower than the scenario.</summary>
internal sealed class Publisher : IMqttReceiver, IAsyncDisposable
{
    private const int Qos = 1;

    private readonly MqttClient client;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task running;

    /// <summary>Begins to connect.</summary>
    public Publisher(string host, int port, string clientId, TimeProvider clock, Action<MqttFault>? onFault = null)
    {
        client = new MqttClient(
            new MqttClientOptions { Host = host, Port = port, ClientId = clientId, CleanStart = true, SessionExpiry = TimeSpan.Zero, OutboxMessages = 10_000 },
            clock,
            new Random(clientId.Length));
        OnFault = onFault;
        running = client.RunAsync(this, stop.Token);
    }

    private Action<MqttFault>? OnFault { get; }

    /// <summary>Completes once a connection stands.</summary>
    public Task Connected => connected.Task;

    /// <summary>Publishes a message, waiting while the outbox is full.</summary>
    public async ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        while (!client.TryPublish(topic, payload.Span, Qos, retain: false))
        {
            await client.FlushAsync(cancel);
        }
    }

    /// <summary>Completes when the broker has acknowledged everything.</summary>
    public Task FlushAsync(CancellationToken cancel) => client.FlushAsync(cancel);

    /// <inheritdoc/>
    public void OnConnected(in MqttConnected connection) => connected.TrySetResult();

    /// <inheritdoc/>
    public ValueTask OnMessages(MqttMessages messages, Receipt receipt) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void OnDisconnected(MqttFault fault) => OnFault?.Invoke(fault);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        await client.DisposeAsync();
        stop.Dispose();
    }
}
