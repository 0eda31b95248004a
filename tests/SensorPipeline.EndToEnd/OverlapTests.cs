using System.Text.Json;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>Two sources whose filters overlap, on a real mosquitto, which may deliver a copy for each.</summary>
public class OverlapTests
{
    private const int Messages = 50;

    [Fact]
    public async Task A_message_that_two_filters_deliver_counts_once()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace("""
            { "SensorPipeline": { "Instance": "test", "Broker": { "Host": "127.0.0.1" }, "Publish": { "Interval": "00:00:00.1" },
              "Sources": [ { "Topic": "kitchen/{place}/temperature", "Qos": 1 }, { "Topic": "kitchen/window/{what}", "Qos": 1 } ] } }
            """);
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/test/#");
        await tap.Connected;
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await service.ReadyAsync(place.HttpPort);

        // The last message is of another topic, behind all copies of the others.
        for (int i = 0; i < Messages; i++)
        {
            await tap.PublishAsync("kitchen/window/temperature", $"{20 + (i % 7)}");
        }

        await tap.PublishAsync("kitchen/door/temperature", "20");
        await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/sensor/door/state");
        await tap.WaitForAsync(message => message.Topic == "sensor-pipeline/test/sensor/window/state" && CountIn(message.Payload) == Messages);
        Assert.Equal(Messages + 1, await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_readings_accepted_total"));

        // The broker sent a second copy of each, or one that named both filters.
        double copies = await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_readings_rejected_total{reason=\"duplicate\"}");
        Assert.True(copies is 0 or Messages, $"{copies} copies");
        Assert.Equal(0, await service.TerminateAsync());
    }

    private static int CountIn(string payload) => JsonDocument.Parse(payload).RootElement.GetProperty("count").GetInt32();
}
