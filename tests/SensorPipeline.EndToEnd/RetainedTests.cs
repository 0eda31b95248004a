using System.Text.Json;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>What a broker had stored before the service came, on a real mosquitto.</summary>
public class RetainedTests
{
    [Fact]
    public async Task A_stored_value_is_shown_until_the_sensor_reports_and_never_counted()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace("""
            { "SensorPipeline": { "Instance": "test", "Broker": { "Host": "127.0.0.1" }, "Sources": [ { "Topic": "kitchen/{name}", "Qos": 1 } ], "Publish": { "Interval": "00:00:00.1" } } }
            """);
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/test/#");
        await tap.Connected;
        await tap.PublishAsync("kitchen/window", "21.5", retain: true);
        await tap.FlushAsync();
        await using ServiceProcess service = ServiceProcess.Start(place.Folder, place.Run(broker.Port));
        await service.ReadyAsync(place.HttpPort);

        await tap.WaitForAsync(message => IsState(message.Topic, message.Payload, value: 21.5, count: 0));
        await tap.PublishAsync("kitchen/window", "22", retain: true);
        await tap.WaitForAsync(message => IsState(message.Topic, message.Payload, value: 22, count: 1));
        Assert.Equal(0, await service.TerminateAsync());
    }

    private static bool IsState(string topic, string payload, double value, int count)
    {
        if (topic != "sensor-pipeline/test/sensor/window/state")
        {
            return false;
        }

        JsonElement state = JsonDocument.Parse(payload).RootElement;
        return state.GetProperty("count").GetInt32() == count && state.TryGetProperty("value", out JsonElement shown) && shown.GetDouble() == value;
    }
}
