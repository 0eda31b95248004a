using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>A first-time user: a broker with devices on it, two commands, no documentation.</summary>
public class DiscoveryTests
{
    private static readonly (string Topic, string Payload, string[] Sensors)[] Devices =
    [
        ("zigbee2mqtt/kitchen/window", """{"battery":97,"humidity":44.72,"linkquality":120,"temperature":27.34,"contact":true}""",
            ["kitchen/window/battery", "kitchen/window/humidity", "kitchen/window/temperature"]),
        ("zigbee2mqtt/bridge/state", """{"state":"online"}""", []),
        ("tele/cellar/SENSOR", """{"Time":"2021-01-02T09:09:44","DS18B20-1":{"Id":"00000566CC39","Temperature":13.3},"DS18B20-2":{"Id":"0000059352D4","Temperature":1.2},"TempUnit":"C"}""",
            ["cellar/DS18B20-1/Temperature", "cellar/DS18B20-2/Temperature"]),
        ("tele/cellar/LWT", "Online", []),
        ("attic/sensor/room_temperature/state", "21.5", ["attic/room_temperature"]),
        ("attic/status", "online", []),
        ("shellies/shelly1pm-A4/relay/0/power", "12.34", ["shelly1pm-A4/relay/0/power"]),
        ("shellies/shelly1pm-A4/relay/0", "on", []),
        ("lab/bench1/env", """{"ts":1718000000123,"temp":21.5,"rh":"44.1"}""", ["lab/bench1/env/temp", "lab/bench1/env/rh"]),
        ("lab/bench2/env", """{"ts":1718000000123,"temp":22.5,"rh":"44.2"}""", ["lab/bench2/env/temp", "lab/bench2/env/rh"]),
        ("garden/soil/moisture", "31", ["garden/soil/moisture"]),
        ("garden/pump/state", "ON", []),
    ];

    [Fact]
    public async Task From_discover_to_a_running_service_without_opening_the_documentation()
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace("{}");
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/#");
        await tap.Connected;

        await using (ServiceProcess discover = ServiceProcess.Start(place.Folder, "discover", $"--Broker:Port={broker.Port}", "--Broker:Host=127.0.0.1", "--duration", "00:00:05"))
        {
            await discover.WaitForAsync("listening on everything");
            Task<int> ending = discover.ExitAsync();
            while (!ending.IsCompleted)
            {
                await PublishAsync(tap);
                await Task.WhenAny(ending, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken));
            }

            Assert.True(await ending == 0, discover.Said);
            await File.WriteAllTextAsync(place.PathOf("service.json"), discover.Output, TestContext.Current.CancellationToken);
        }

        await using ServiceProcess service = ServiceProcess.Start(place.Folder, "run", "--config", "service.json", "--Instance=test", $"--Http:Port={place.HttpPort}");
        await service.ReadyAsync(place.HttpPort);
        await PublishAsync(tap);
        foreach (string sensor in Devices.SelectMany(device => device.Sensors))
        {
            await tap.WaitForAsync(message => message.Topic == $"sensor-pipeline/test/sensor/{sensor}/state");
        }

        Assert.Equal(0, await ServiceProcess.MetricAsync(place.HttpPort, "sensorpipeline_readings_rejected_total{reason=\"malformed\""));
        Assert.Equal(0, await service.TerminateAsync());
    }

    private static async Task PublishAsync(BrokerTap tap)
    {
        foreach ((string topic, string payload, _) in Devices)
        {
            await tap.PublishAsync(topic, payload);
        }

        await tap.FlushAsync();
    }
}
