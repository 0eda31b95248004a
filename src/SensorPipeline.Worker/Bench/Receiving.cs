using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage;
using SensorPipeline.Worker.Commands;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Pipeline;

namespace SensorPipeline.Worker.Bench;

/// <summary>What a message costs a subscriber: a bare socket, the client with an empty handler, the whole pipeline.</summary>
internal sealed class Receiving(ProcessContext process, TimeSpan warmUp, TimeSpan stretch)
{
    // So many have come before the hot path is compiled for good and every sensor known; a slow broker is not waited for.
    private const int WarmMessages = 200_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // On a machine that does much else a short stretch may see none.
    private static readonly TimeSpan PatienceForOne = TimeSpan.FromMinutes(1);

    /// <summary>A blocking socket whose bytes are cut into packets and dropped.</summary>
    public async Task<Cost> RawAsync(int port, CancellationToken cancel)
    {
        using RawConnection connection = RawConnection.Open("127.0.0.1", port, "bench-raw");
        connection.Send(RawPackets.Subscribe(qos: 0));
        long count = 0;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Volatile.Write(ref count, count + connection.Count(type: 3));
            }

            ended.SetResult();
        });
        reading.Start();
        Cost cost = await MeasureAsync(() => Volatile.Read(ref count), cancel);
        await stop.CancelAsync();
        await ended.Task;
        return cost;
    }

    /// <summary>The client with an empty handler, acknowledging with QoS 1.</summary>
    public async Task<Cost> ClientAsync(int port, int qos, CancellationToken cancel)
    {
        var options = new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "bench", CleanStart = true, Subscriptions = [new() { Filter = RawPackets.Filter, Qos = qos }] };
        await using var client = new MqttClient(options, process.Clock, new Random(1));
        var receiver = new CountingReceiver { AcknowledgeWith = qos > 0 ? client : null };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task running = client.RunAsync(receiver, stop.Token);
        Cost cost = await MeasureAsync(() => receiver.Count, cancel);
        await stop.CancelAsync();
        await running;
        return cost;
    }

    /// <summary>The whole service: decoded, judged, counted.</summary>
    public async Task<Cost> PipelineAsync(int port, CancellationToken cancel)
    {
        await using var host = new ServiceHost(OptionsFor(port), process);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task running = host.RunAsync(stop.Token);
        Cost cost = await MeasureAsync(() => host.Service.Counts.ReadingsAccepted, cancel);
        await stop.CancelAsync();
        await running;
        return cost;
    }

    private async Task<Cost> MeasureAsync(Func<long> count, CancellationToken cancel)
    {
        var meter = new Meter(process.Clock, count);
        for (long since = process.Clock.GetTimestamp(); count() < WarmMessages && process.Clock.GetElapsedTime(since) < Patience;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), process.Clock, cancel);
        }

        await Task.Delay(warmUp, process.Clock, cancel);
        meter.Begin();
        Cost cost;
        long begun = process.Clock.GetTimestamp();
        do
        {
            await Task.Delay(stretch, process.Clock, cancel);
            cost = meter.End();
        }
        while (cost.Messages == 0 && process.Clock.GetElapsedTime(begun) < PatienceForOne);

        return cost;
    }

    private static ServiceOptions OptionsFor(int port) => new()
    {
        Instance = "bench",
        Broker = new BrokerOptions { Host = "127.0.0.1", Port = port },
        Sources = [new SourceOptions { Topic = "sensors/{site}/{device}/temperature", Format = "json", Qos = 0, Sensor = "{site}/{device}", Time = "/ts", Path = "/value" }],
        Storage = new StorageOptions { Durability = Durability.None },
        Telemetry = new TelemetryOptions { LogLevel = LogLevel.Warning },
        Http = new HttpOptions { Port = 0 },
    };
}
