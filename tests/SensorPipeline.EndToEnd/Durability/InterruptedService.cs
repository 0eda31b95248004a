using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd.Durability;

/// <summary>A service that is ended again and again while a publisher goes on, and is held against the ledger in the end.</summary>
internal sealed class InterruptedService : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private const string Configuration = """
        { "SensorPipeline": {
            "Instance": "test", "Broker": { "Host": "127.0.0.1" },
            "Sources": [ { "Topic": "in/{sensor}", "Format": "json", "Qos": 2, "Sensor": "{sensor}", "Path": "/v", "Time": "/ts" } ],
            "Storage": { "CheckpointInterval": "00:00:00.3" } } }
        """;

    private readonly MosquittoBroker broker;
    private readonly Workplace place = new(Configuration);
    private readonly BrokerTap publisher;
    private readonly Ledger ledger;
    private readonly CancellationTokenSource stop = new();
    private readonly int messagesPerTick;
    private readonly string directory;
    private readonly string[] more;
    private Task publishing = Task.CompletedTask;

    private InterruptedService(MosquittoBroker broker, int seed, int messagesPerTick, string? directory, string[] more)
    {
        this.messagesPerTick = messagesPerTick;
        this.broker = broker;
        this.directory = directory ?? place.PathOf("data");
        this.more = [.. more, $"--Storage:Directory={this.directory}"];
        ledger = new Ledger(seed);
        publisher = new BrokerTap(broker.Port);
    }

    /// <summary>Whether system calls can be injected here.</summary>
    public static bool CanTrace { get; } = TryTrace();

    /// <summary>Port of its page.</summary>
    public int HttpPort => place.HttpPort;

    /// <summary>Begins the session at the broker, and with it the ledger.</summary>
    /// <param name="seed">Draws the ledger.</param>
    /// <param name="messagesPerTick">How many messages every 20 ms brings.</param>
    /// <param name="directory">Where the state is; null for a place of its own.</param>
    /// <param name="more">More arguments.</param>
    public static async Task<InterruptedService> StartAsync(int seed, int messagesPerTick = 100, string? directory = null, params string[] more)
    {
        // As shipped: behind a window of its own, mosquitto lets new messages overtake those that wait, and the order is gone before we see it.
        var options = new MosquittoOptions { Persistent = true, MoreLines = ["max_inflight_messages 0"] };
        var run = new InterruptedService(await MosquittoBroker.StartAsync(options), seed, messagesPerTick, directory, more);
        await run.publisher.Connected;
        await using ServiceProcess service = run.Start();
        await service.ReadyAsync(run.place.HttpPort);
        run.publishing = run.PublishAsync();
        await service.KillAsync();
        return run;
    }

    /// <summary>Kills it some time after it was started, or after it was connected.</summary>
    public async Task KillAfterAsync(TimeSpan delay, bool connected)
    {
        await using ServiceProcess service = Start();
        if (connected)
        {
            await service.WaitForAsync("connected to the broker");
        }

        await Task.Delay(delay, TimeProvider.System);
        await service.KillAsync();
    }

    /// <summary>Runs it until a system call kills it, the so-manieth of its thread.</summary>
    public async Task KillAtAsync(string call, int when)
    {
        await using ServiceProcess service = StartInjected(call, $"signal=KILL:when={when}+");
        await service.ExitAsync();
    }

    /// <summary>Starts it.</summary>
    public ServiceProcess Start() => Start([]);

    /// <summary>Starts it with something done to a system call.</summary>
    public ServiceProcess StartInjected(string call, string what) =>
        Start(["strace", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:{what}"]);

    /// <summary>Lets it take what is left and compares.</summary>
    public async Task AssertLedgerAsync()
    {
        await stop.CancelAsync();
        await publishing;
        long before = (await InspectAsync()).Values.Sum(line => line.Count);
        await using (ServiceProcess service = Start())
        {
            await service.WaitForAsync("resumed session");
            await ServiceProcess.WaitForMetricAsync(place.HttpPort, "sensorpipeline_readings_accepted_total", ledger.Count - before);
            Assert.Equal(0, await service.TerminateAsync());
        }

        Dictionary<string, SensorLine> lines = await InspectAsync();
        using SensorGraph uninterrupted = ledger.Uninterrupted();
        for (int sensor = 0; sensor < uninterrupted.Names.Count; sensor++)
        {
            MeanVariance expected = uninterrupted.Sensors.MomentsOf(sensor);
            SensorLine line = lines[uninterrupted.Names[sensor]];
            Assert.Equal(((long)expected.Count, expected.Mean, expected.Variance), (line.Count, line.Mean, line.Variance));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ledger.Count} messages"));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await publishing;
        await publisher.DisposeAsync();
        await broker.DisposeAsync();
        place.Dispose();
        stop.Dispose();
    }

    private ServiceProcess Start(IReadOnlyList<string> program) => ServiceProcess.StartUnder(program, place.Folder, [.. place.Run(broker.Port), .. more]);

    private async Task PublishAsync()
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync())
        {
            for (int i = 0; i < messagesPerTick; i++)
            {
                (string topic, string payload, int qos) = ledger.Next();
                await publisher.PublishAsync(topic, payload, qos);
            }

            await publisher.FlushAsync();
        }
    }

    private async Task<Dictionary<string, SensorLine>> InspectAsync()
    {
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, "inspect", directory, "--json");
        Assert.True(exit == 0, said);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<SensorLine>(line, JsonSerializerOptions.Web)!).ToDictionary(line => line.Sensor);
    }

    private static bool TryTrace()
    {
        try
        {
            using Process trace = Process.Start(new ProcessStartInfo("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=999", "true"]))!;
            trace.WaitForExit();
            return trace.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed record SensorLine(string Sensor, long Count, double? Mean, double? Variance, string? LastTime);
}
