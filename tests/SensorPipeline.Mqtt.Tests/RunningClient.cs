using System.Text;

namespace SensorPipeline.Mqtt.Tests;

/// <summary>A client at work, its receiver, and a way to end it.</summary>
public sealed class RunningClient : IAsyncDisposable
{
    private readonly CancellationTokenSource cancel = new();
    private readonly Task running;

    private RunningClient(IMqttTransport client, RecordingReceiver receiver)
    {
        Client = client;
        Receiver = receiver;
        running = client.RunAsync(receiver, cancel.Token);
    }

    public IMqttTransport Client { get; }

    public RecordingReceiver Receiver { get; }

    public static MqttClientOptions Options(int port, MqttProtocolVersion version = MqttProtocolVersion.V5, params (string Filter, int Qos)[] filters) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        ClientId = $"test-{Guid.NewGuid():N}",
        ProtocolVersion = version,
        BackoffMinimum = TimeSpan.FromMilliseconds(20),
        BackoffMaximum = TimeSpan.FromMilliseconds(100),
        Subscriptions = [.. filters.Select(f => new MqttSubscription { Filter = f.Filter, Qos = f.Qos })],
    };

    /// <summary>Starts a client; <paramref name="acknowledge"/> answers every batch at once.</summary>
    public static RunningClient Start(MqttClientOptions options, bool acknowledge = true, TimeProvider? clock = null) =>
        Start(new MqttClient(options, clock ?? TimeProvider.System, new Random(1)), acknowledge);

    public static RunningClient Start(IMqttTransport client, bool acknowledge = true)
    {
        var receiver = new RecordingReceiver { AcknowledgeWith = acknowledge ? client : null };
        return new RunningClient(client, receiver);
    }

    /// <summary>Waits until the broker has granted the filters too.</summary>
    public async Task<MqttConnected> ReadyAsync()
    {
        MqttConnected connected = await Receiver.NextConnectionAsync();
        await Eventually.BecomesTrue(() => Client.Status.IsReady, "the client is ready");
        return connected;
    }

    public void Publish(string topic, string payload, int qos = 1, bool retain = false) =>
        Assert.True(Client.TryPublish(topic, Encoding.UTF8.GetBytes(payload), qos, retain));

    public Task FlushAsync() => Client.FlushAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

    public async Task StopAsync()
    {
        await cancel.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Client.DisposeAsync();
        cancel.Dispose();
    }
}
