using System.Text.Json;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>What Home Assistant hears, over a real mosquitto.</summary>
public class HomeAssistantTests
{
    private const string Configuration = """
        { "SensorPipeline": {
            "Instance": "test", "Broker": { "Host": "127.0.0.1" },
            "Sources": [ { "Topic": "lab/{bench}/{quantity}", "Channels": [ { "Unit": "Cel" } ] } ],
            "Publish": { "HomeAssistant": true, "HomeAssistantSensors": [ "{bench}/temperature" ] } } }
        """;

    private const string Announcement = "homeassistant/device/sp_test_b1_temperature_";

    [Fact]
    public async Task Sensors_are_announced_again_when_home_assistant_starts_and_forgotten_on_purge()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace(Configuration);
        await using var tap = new BrokerTap(broker.Port, "homeassistant/device/#");
        await tap.Connected;
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await service.ReadyAsync(place.HttpPort);
        await tap.PublishAsync("lab/b1/temperature", "21.5");
        await tap.PublishAsync("lab/b1/other", "1");

        (string topic, string payload) = await tap.WaitForAsync(IsAnnouncement);
        JsonElement message = JsonDocument.Parse(payload).RootElement;
        Assert.Equal("sensor-pipeline/test/sensor/b1/temperature/state", message.GetProperty("stat_t").GetString());
        Assert.Equal("°C", message.GetProperty("cmps").GetProperty("mean").GetProperty("unit_of_meas").GetString());

        await tap.PublishAsync("homeassistant/status", "online");
        await tap.WaitForAsync(_ => tap.Messages.Count(IsAnnouncement) == 2);
        Assert.Equal(0, await service.TerminateAsync());

        (int exit, string said) = await ServiceProcess.RunAsync(place.Folder, "home-assistant", "purge", "--config", "service.json", $"--Broker:Port={broker.Port}");
        Assert.True(exit == 0, said);
        await tap.WaitForAsync(heard => heard.Topic == topic && heard.Payload.Length == 0);
        Assert.DoesNotContain(tap.Messages, heard => !heard.Topic.StartsWith(Announcement, StringComparison.Ordinal) && heard.Payload.Length > 0);
    }

    private static bool IsAnnouncement((string Topic, string Payload) heard) => heard.Topic.StartsWith(Announcement, StringComparison.Ordinal) && heard.Payload.Length > 0;
}
