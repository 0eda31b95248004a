using System.Globalization;
using System.Text;
using System.Text.Json;
using SensorPipeline.Formats.Results;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Replay;
using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>Four quiet motes through a real mosquitto into the real executable.</summary>
public class MotesTests
{
    private const int Rows = 1500;
    private const int Readings = 4 * 2 * Rows;
    private const string Start = "2026-01-01T00:00:00Z";

    private const string Configuration = """
        { "SensorPipeline": {
            "Instance": "test", "Broker": { "Host": "127.0.0.1" },
            "Sources": [ { "Topic": "motes/{mote}/env", "Format": "json", "Qos": 1, "Sensor": "motes/{mote}", "Time": "/ts",
                           "Channels": [ { "Name": "temperature", "Path": "/temp" }, { "Name": "humidity", "Path": "/rh" } ] } ],
            "Storage": { "Directory": "data" } } }
        """;

    [Fact]
    public async Task Every_reading_is_counted_once_every_sensor_is_published_and_the_labelled_events_are_told()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace(Configuration);
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/test/#");
        await tap.Connected;
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await service.ReadyAsync(place.HttpPort);

        await SimulateAsync(broker, place);
        await ServiceProcess.WaitForMetricAsync(place.HttpPort, "sensorpipeline_readings_accepted_total", Readings);
        (int health, _) = await ServiceProcess.RunAsync(place.Folder, "healthcheck", $"--Http:Port={place.HttpPort}");
        Assert.Equal(0, health);
        Assert.Equal(0, await service.TerminateAsync());
        await tap.WaitForAsync(message => message is { Topic: "sensor-pipeline/test/status", Payload: "offline" });

        Dictionary<string, string> states = StatesOf(tap);
        Assert.Equal(8, states.Count);
        Assert.Equal(Readings, states.Values.Sum(CountOf));
        Assert.Equal(Readings, (await InspectAsync(place)).Values.Sum(line => line.Count));
        AssertEventsOfMotes(tap);
        AssertReplayAgrees(states);
    }

    [Fact]
    public async Task Stopping_and_starting_in_the_middle_changes_no_final_count_and_no_moment()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace(Configuration);
        await using (ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port)))
        {
            await service.ReadyAsync(place.HttpPort);

            // Stopped while messages are under way: what was not acknowledged comes again.
            Task publishing = SimulateAsync(broker, place);
            while (await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_readings_accepted_total") < Readings / 4)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }

            Assert.Equal(0, await service.TerminateAsync());
            await publishing;
        }

        long before = (await InspectAsync(place)).Values.Sum(line => line.Count);
        await using ServiceProcess again = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await again.WaitForAsync("resumed session");
        await ServiceProcess.WaitForMetricAsync(place.HttpPort, "sensorpipeline_readings_accepted_total", Readings - before);
        Assert.Equal(0, await again.TerminateAsync());

        Dictionary<string, SensorLine> interrupted = await InspectAsync(place);
        using SensorGraph uninterrupted = Replay();
        Assert.Equal(uninterrupted.Names.Count, interrupted.Count);
        for (int sensor = 0; sensor < uninterrupted.Names.Count; sensor++)
        {
            SensorLine line = interrupted[uninterrupted.Names[sensor]];
            Assert.Equal((long)uninterrupted.Sensors.MomentsOf(sensor).Count, line.Count);
            Assert.Equal(uninterrupted.Sensors.MomentsOf(sensor).Mean, line.Mean);
            Assert.Equal(uninterrupted.Sensors.MomentsOf(sensor).Variance, line.Variance);
        }
    }

    [Fact]
    public async Task A_replay_writes_a_row_a_reading_and_the_same_bytes_each_time()
    {
        using var place = new Workplace(Configuration);
        await File.WriteAllBytesAsync(place.PathOf("motes.csv"), Csv(), TestContext.Current.CancellationToken);
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, "replay", "motes.csv", "--output", "one.csv");
        Assert.True(exit == 0, said);
        Assert.Equal(0, (await ServiceProcess.RunAsync(place.Folder, "replay", "motes.csv", "--output", "two.csv")).ExitCode);
        byte[] one = await File.ReadAllBytesAsync(place.PathOf("one.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(one, await File.ReadAllBytesAsync(place.PathOf("two.csv"), TestContext.Current.CancellationToken));
        string[] rows = Encoding.UTF8.GetString(one).TrimEnd().Split('\n');
        Assert.Equal(Readings + 1, rows.Length);
        Assert.StartsWith("timestamp,sensor,value,mean,stddev,tail_probability,score,is_outlier", rows[0], StringComparison.Ordinal);
    }

    private static async Task SimulateAsync(MosquittoBroker broker, Workplace place)
    {
        (int exit, string said) = await ServiceProcess.RunAsync(
            place.Folder, "simulate", "--broker", $"127.0.0.1:{broker.Port}", "--scenario", "motes", "--seed", "7", "--rows", $"{Rows}", "--speed", "0", "--start", Start, "--truth", "truth.jsonl");
        Assert.True(exit == 0, said);
    }

    private static Dictionary<string, string> StatesOf(BrokerTap tap) => tap.Messages
        .Where(message => message.Topic.EndsWith("/state", StringComparison.Ordinal))
        .GroupBy(message => message.Topic["sensor-pipeline/test/sensor/".Length..^"/state".Length])
        .ToDictionary(group => group.Key, group => group.Last().Payload);

    private static long CountOf(string state) => JsonDocument.Parse(state).RootElement.GetProperty("count").GetInt64();

    private static async Task<Dictionary<string, SensorLine>> InspectAsync(Workplace place)
    {
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, "inspect", "data", "--json");
        Assert.True(exit == 0, said);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<SensorLine>(line, JsonSerializerOptions.Web)!).ToDictionary(line => line.Sensor);
    }

    // Within the rows of its event, or just behind them, each of the motes 1 and 4 tells something of both its sensors.
    private static void AssertEventsOfMotes(BrokerTap tap)
    {
        var scenario = new MotesScenario(7, Rows);
        foreach (int mote in (ReadOnlySpan<int>)[1, 4])
        {
            DateTimeOffset begin = DateTimeOffset.Parse(Start, CultureInfo.InvariantCulture) + (scenario.EventOf(mote).Start.Value * MotesScenario.Interval);
            DateTimeOffset end = begin + (100 * MotesScenario.Interval);
            foreach (string quantity in new[] { "temperature", "humidity" })
            {
                Assert.Contains(tap.Messages, message =>
                    message.Topic == $"sensor-pipeline/test/sensor/motes/{mote}/{quantity}/event" &&
                    JsonDocument.Parse(message.Payload).RootElement.GetProperty("time").GetDateTimeOffset() is var time && time >= begin && time < end);
            }
        }
    }

    private static void AssertReplayAgrees(Dictionary<string, string> states)
    {
        using SensorGraph replayed = Replay();
        var writer = new ResultWriter();
        for (int sensor = 0; sensor < replayed.Names.Count; sensor++)
        {
            Assert.Equal(Encoding.UTF8.GetString(writer.State(replayed.Sensors.Summarise(sensor))), states[replayed.Names[sensor]]);
        }
    }

    private static SensorGraph Replay()
    {
        var graph = new SensorGraph(new GraphOptions());
        using var source = new ReadingSource([new ReadingInput("motes", () => new MemoryStream(Csv()))], new SensorNames());
        var batch = new InputBatch();
        while (source.Read(batch))
        {
            graph.Process(batch);
        }

        return graph;
    }

    private static byte[] Csv()
    {
        var scenario = new MotesScenario(7, Rows);
        DateTimeOffset start = DateTimeOffset.Parse(Start, CultureInfo.InvariantCulture);
        var text = new StringBuilder("timestamp,sensor,value\n");
        foreach (SimulatedReading reading in scenario.Readings())
        {
            text.Append(CultureInfo.InvariantCulture, $"{(start + reading.Offset).ToUnixTimeMilliseconds()},{scenario.Sensors[reading.Sensor].Name},{reading.Value:R}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private sealed record SensorLine(string Sensor, long Count, double? Mean, double? Variance, string? LastTime);
}
