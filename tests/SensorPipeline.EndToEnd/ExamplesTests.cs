using System.Globalization;
using System.Text.Json;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.EndToEnd;

/// <summary>Each shipped configuration as it is, through a real mosquitto into the real executable: its family's messages become the sensors they mean.</summary>
public class ExamplesTests
{
    public static TheoryData<string> Files => [.. DeviceExample.All.Select(example => example.File).Distinct()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_configuration_shipped_for_a_family_reads_what_the_family_sends(string file)
    {
        Assert.SkipUnless(MosquittoBroker.IsInstalled, MosquittoBroker.Missing);
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        using var place = new Workplace("{}");
        await using var tap = new BrokerTap(broker.Port, "sensor-pipeline/test/#");
        await tap.Connected;
        await using ServiceProcess service = ServiceProcess.Start(
            place.Folder, "run", "--config", ConfigurationOf(file), "--Instance=test", $"--Broker:Port={broker.Port}", $"--Http:Port={place.HttpPort}");
        await service.ReadyAsync(place.HttpPort);

        DeviceExample[] examples = [.. DeviceExample.All.Where(example => example.File == file)];
        foreach (DeviceExample example in examples)
        {
            await tap.PublishAsync(example.Topic, example.Bytes);
        }

        // Of several readings the state shows the last; nothing else has become a sensor.
        Dictionary<string, string> expected = examples.SelectMany(example => example.Readings.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(reading => reading.Split('=')).GroupBy(reading => reading[0], reading => reading[1]).ToDictionary(group => group.Key, group => group.Last());
        foreach ((string sensor, string value) in expected)
        {
            await tap.WaitForAsync(message => message.Topic == $"sensor-pipeline/test/sensor/{sensor}/state" && ValueIn(message.Payload) == value);
        }

        Assert.Equal(0, await service.TerminateAsync());
        Assert.Equal(
            expected.Keys.Order(StringComparer.Ordinal),
            tap.Messages.Select(message => message.Topic).Where(topic => topic.EndsWith("/state", StringComparison.Ordinal)).Distinct()
                .Select(topic => topic["sensor-pipeline/test/sensor/".Length..^"/state".Length]).Order(StringComparer.Ordinal));
    }

    private static string ValueIn(string state) =>
        JsonDocument.Parse(state).RootElement.GetProperty("value").GetDouble().ToString(CultureInfo.InvariantCulture);

    private static string ConfigurationOf(string file)
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "SensorPipeline.sln")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory.FullName, "config", file);
    }
}
