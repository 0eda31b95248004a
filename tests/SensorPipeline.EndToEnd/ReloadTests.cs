using System.Net;
using System.Text.Json;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>The configuration is edited while the service runs, on a real mosquitto.</summary>
public class ReloadTests
{
    private const string Kitchen = """{ "Topic": "kitchen/{name}", "Qos": 1 }""";
    private const string Attic = """{ "Topic": "attic/{name}", "Qos": 1 }""";
    private const string Group = """{ "Name": "both", "Members": [ "north", "south" ] }""";

    [Fact]
    public async Task An_edit_adds_a_source_and_a_group_on_the_connection_that_stands_and_loses_no_reading()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace(Configuration(Kitchen));
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/test/#");
        await tap.Connected;
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await service.ReadyAsync(place.HttpPort);
        await tap.PublishAsync("attic/south", "20");

        // An editor writes another file and renames it.
        await File.WriteAllTextAsync(place.PathOf("edited"), Configuration($"{Kitchen}, {Attic}", Group), TestContext.Current.CancellationToken);
        File.Move(place.PathOf("edited"), place.PathOf("service.json"), overwrite: true);
        Task<(string, string)> applied = Told(tap, "applied");
        int sent = 0;
        while (!applied.IsCompleted || sent < 100)
        {
            await tap.PublishAsync("kitchen/north", $"{20 + (sent++ % 7)}");
            await tap.FlushAsync();
        }

        await applied;
        await service.ReadyAsync(place.HttpPort);
        for (int i = 0; i < 20; i++)
        {
            await tap.PublishAsync("kitchen/north", $"{20 + (sent++ % 7)}");
            await tap.PublishAsync("attic/south", $"{20 + (i % 5)}");
        }

        await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/sensor/south/state" && CountIn(message.Payload) == 20);
        await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/sensor/north/state" && CountIn(message.Payload) == sent);
        await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/group/both/state");
        Assert.Equal(0, await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_mqtt_reconnects_total"));
        Assert.Equal(1, await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_config_reloads_total{result=\"applied\"}"));

        // What a killed process comes back with is what was judged.
        await service.KillAsync();
        await using ServiceProcess again = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await again.ReadyAsync(place.HttpPort);
        await tap.PublishAsync("attic/south", "20");
        await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/sensor/south/state" && CountIn(message.Payload) == 21);
        Assert.Equal(0, await again.TerminateAsync());
        Assert.DoesNotContain("begin anew", again.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_edit_is_refused_and_told_and_the_former_configuration_goes_on()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace(Configuration(Kitchen));
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/test/#");
        await tap.Connected;
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await service.ReadyAsync(place.HttpPort);

        await File.WriteAllTextAsync(place.PathOf("service.json"), Configuration("""{ "Topic": "attic/{name", "Qos": 1 }"""), TestContext.Current.CancellationToken);
        (_, string audit) = await Told(tap, "refused");
        Assert.Contains("SensorPipeline:Sources:0:Topic", JsonDocument.Parse(audit).RootElement.GetProperty("configuration").GetProperty("faults")[0].GetString(), StringComparison.Ordinal);
        await service.WaitForAsync("the former stays in force");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadinessAsync(place.HttpPort));
        await tap.PublishAsync("kitchen/north", "20");
        await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/sensor/north/state");
        Assert.Equal(1, await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_config_reloads_total{result=\"refused\"}"));

        // The next one puts it right, and what only a restart can change is said.
        string right = Configuration(Kitchen).Replace("\"test\",", "\"test\", \"Limits\": { \"Sensors\": 7 },", StringComparison.Ordinal);
        await File.WriteAllTextAsync(place.PathOf("service.json"), right, TestContext.Current.CancellationToken);
        (_, audit) = await Told(tap, "applied");
        Assert.Equal("SensorPipeline:Limits:Sensors", JsonDocument.Parse(audit).RootElement.GetProperty("configuration").GetProperty("afterRestart")[0].GetString());
        await service.WaitForAsync("SensorPipeline:Limits:Sensors: takes effect after a restart");
        Assert.Equal(HttpStatusCode.OK, await ReadinessAsync(place.HttpPort));
        Assert.Equal(0, await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_mqtt_reconnects_total"));
        Assert.Equal(0, await service.TerminateAsync());
        Assert.DoesNotContain("   at ", service.Said, StringComparison.Ordinal);
    }

    private static string Configuration(string sources, string groups = "") => $$"""
        { "SensorPipeline": {
            "Instance": "test", "Broker": { "Host": "127.0.0.1" }, "Sources": [ {{sources}} ], "Fusion": [ {{groups}} ], "Publish": { "Interval": "00:00:00.1" } } }
        """;

    private static Task<(string Topic, string Payload)> Told(BrokerTap tap, string result) => tap.WaitForAsync(message =>
        message.Topic == "sensor-pipeline/test/audit" && message.Payload.Contains($"\"result\":\"{result}\"", StringComparison.Ordinal));

    private static int CountIn(string state) => JsonDocument.Parse(state).RootElement.GetProperty("count").GetInt32();

    private static async Task<HttpStatusCode> ReadinessAsync(int port)
    {
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
