using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>What users and devices do wrong.</summary>
public class FaultTests
{
    private const string Configuration = """
        { "SensorPipeline": {
            "Instance": "test", "Broker": { "Host": "127.0.0.1" }, "Limits": { "PayloadBytes": 4096 },
            "Sources": [ { "Topic": "lab/bench-{bench}/env", "Format": "json", "Sensor": "{bench}", "Path": "/v", "Time": "/ts" } ],
            "Storage": { "Durability": "None" } } }
        """;

    [Fact]
    public async Task Bad_messages_are_counted_by_reason_with_one_line_and_disturb_nothing_else()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace(Configuration);
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/test/#");
        await tap.Connected;
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await service.ReadyAsync(place.HttpPort);

        for (int i = 0; i < 50; i++)
        {
            await tap.PublishAsync("lab/bench-1/env", $$"""{"v":{{i % 5}}}""");
            await tap.PublishAsync("lab/bench-1/env", "{\"v\":");
            await tap.PublishAsync("lab/bench-1/env", """{"v":"NaN"}""");
            await tap.PublishAsync("lab/shelf-1/env", """{"v":1}""");
            await tap.PublishAsync("lab/bench-2/env", """{"v":1,"ts":4102444800000}""");
            await tap.PublishAsync("lab/bench-1/env", $$"""{"v":1,"padding":"{{new string('x', 5000)}}"}""");
        }

        await tap.FlushAsync();
        await ServiceProcess.WaitForMetricAsync(place.HttpPort, "sensorpipeline_messages_received_total", 300);
        await ServiceProcess.WaitForMetricAsync(place.HttpPort, "sensorpipeline_readings_accepted_total", 100);
        Assert.Equal(50, await Rejected("malformed"));
        Assert.Equal(50, await Rejected("non_finite"));
        Assert.Equal(50, await Rejected("unknown_topic"));
        Assert.Equal(50, await Rejected("oversized"));
        Assert.Equal(50, await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_readings_adjusted_total{adjustment=\"future_time\"}"));
        await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/sensor/1/state" && message.Payload.Contains("\"count\":50,", StringComparison.Ordinal));
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Equal(4, service.Said.Split('\n').Count(line => line.Contains("rejected", StringComparison.Ordinal)));

        Task<double> Rejected(string reason) => ServiceProcess.MetricAsync(place.HttpPort, $"sensorpipeline_readings_rejected_total{{reason=\"{reason}\"}}");
    }

    [Fact]
    public async Task A_broker_that_is_away_is_one_clear_line_and_retries_and_the_service_still_stops()
    {
        using var place = new Workplace(Configuration);
        int nobody = Workplace.FreePort();
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(nobody));
        string said = await service.WaitForAsync($"127.0.0.1:{nobody}");
        await service.WaitForAsync("warn");
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.Equal(0, await service.TerminateAsync());
    }

    [Fact]
    public async Task A_broker_that_is_away_ends_with_69_where_the_service_was_told_not_to_wait()
    {
        using var place = new Workplace(Configuration);
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, [.. place.Run(Workplace.FreePort()), "--no-wait"]);
        Assert.Equal(69, exit);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_in_a_configuration_is_listed_with_its_key_and_ends_with_78()
    {
        using var place = new Workplace("""
            { "SensorPipeline": {
                "Broker": { "Host": "localhost", "Port": 99999, "Pasword": "x" },
                "Sources": [ { "Topic": "lab/{bench/env", "Format": "json" } ],
                "Detection": { "FalseAlarmsPerSensorPerDay": -1 } } }
            """);
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, "run", "--config", "service.json");
        Assert.Equal(78, exit);
        Assert.Contains("SensorPipeline:Broker:Port", said, StringComparison.Ordinal);
        Assert.Contains("SensorPipeline:Broker:Pasword", said, StringComparison.Ordinal);
        Assert.Contains("SensorPipeline:Sources[0]:Topic", said.Replace("Sources:0", "Sources[0]", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("SensorPipeline:Detection:FalseAlarmsPerSensorPerDay", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_service_on_one_state_directory_is_refused_with_74_and_the_path()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace(Configuration.Replace("\"Durability\": \"None\"", "\"Directory\": \"data\"", StringComparison.Ordinal));
        await using ServiceProcess first = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await first.ReadyAsync(place.HttpPort);
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, [.. place.Run(broker.Port), "--Http:Port=0"]);
        Assert.Equal(74, exit);
        Assert.Contains(place.PathOf("data"), said, StringComparison.Ordinal);
        Assert.Equal(0, await first.TerminateAsync());
    }

    [Fact]
    public async Task A_taken_port_is_one_line_that_names_the_key()
    {
        using var place = new Workplace(Configuration);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, place.HttpPort);
        taken.Start();
        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, place.Run(1883));
        Assert.Equal(1, exit);
        Assert.Contains("SensorPipeline:Http:Port", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }
}
