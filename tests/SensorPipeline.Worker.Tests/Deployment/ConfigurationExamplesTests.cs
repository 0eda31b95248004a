using System.Text;
using System.Text.RegularExpressions;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Tests.Options;
using Xunit;

namespace SensorPipeline.Worker.Tests.Deployment;

public sealed partial class ConfigurationExamplesTests : IDisposable
{
    private readonly ConfigurationDirectory directory = new();

    public static TheoryData<string> Files => [.. Directory.GetFiles(Repository.PathOf("config"), "*.json").Select(file => Path.GetFileName(file))];

    public void Dispose() => directory.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_shipped_file_is_valid_and_worth_no_warning(string file)
    {
        LoadedConfiguration loaded = directory.Load(Repository.PathOf($"config/{file}"));

        Assert.Empty(loaded.Faults);
        Assert.Empty(loaded.Warnings);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_shipped_file_is_explained(string file) => Assert.Contains($"`{file}`", Repository.Read("config/README.md"), StringComparison.Ordinal);

    [Theory]
    [InlineData("appsettings.json", "sensors/kitchen/temperature", "21.5", "kitchen/temperature=21.5")]
    [InlineData("appsettings.json", "devices/kitchen", """{"temperature":21.5,"climate":{"humidity":"44"},"state":"on"}""", "kitchen/temperature=21.5")]
    [InlineData("appsettings.json", "devices/kitchen", """{"climate":{"humidity":44}}""", "kitchen/climate/humidity=44")]
    [InlineData(
        "zigbee2mqtt.json",
        "zigbee2mqtt/kitchen/window",
        """{"battery":97,"humidity":44.72,"last_seen":"2024-05-01T10:00:00+02:00","linkquality":120,"temperature":27.34}""",
        "kitchen/window/temperature=27.34 kitchen/window/humidity=44.72")]
    [InlineData("zigbee2mqtt.json", "zigbee2mqtt/bridge/state", """{"temperature":1}""", "")]
    [InlineData("zigbee2mqtt.json", "zigbee2mqtt/kitchen/window/availability", """{"temperature":1}""", "")]
    [InlineData(
        "tasmota.json",
        "tele/freezer/SENSOR",
        """{"Time":"2021-01-02T09:09:44","DS18B20-1":{"Id":"00000566CC39","Temperature":13.3},"DS18B20-2":{"Id":"0000059352D4","Temperature":85},"TempUnit":"C"}""",
        "freezer/DS18B20-1/temperature=13.3")]
    [InlineData(
        "tasmota.json",
        "tele/plug/SENSOR",
        """{"Time":"2021-01-02T09:09:44","ENERGY":{"Power":[8],"Voltage":231,"Current":0.04}}""",
        "plug/voltage=231 plug/current=0.04")]
    [InlineData("esphome.json", "attic/sensor/room_temperature/state", "21.5", "attic/room_temperature=21.5")]
    [InlineData("esphome.json", "attic/sensor/room_temperature/state", "nan", "")]
    [InlineData("esphome.json", "attic/debug", "21.5", "")]
    [InlineData("redundant.json", "rooms/attic/north/temperature", "21.4", "attic/north/temperature=21.4")]
    public void An_example_message_becomes_the_readings_it_means(string file, string topic, string payload, string expected)
    {
        ServiceOptions options = directory.Load(Repository.PathOf($"config/{file}")).Options!;
        SourceSet sources = SourceSet.Compile(options.Sources, new SourceLimits(), out _);
        var names = new SensorNames();
        var batch = new InputBatch();
        Message message = new()
        {
            Topic = Encoding.UTF8.GetBytes(topic),
            Payload = Encoding.UTF8.GetBytes(payload),
            Arrival = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        };

        new ReadingDecoder(sources, names, new SourceLimits()).Decode(message, batch);

        var readings = new List<string>();
        foreach (Input input in batch.Inputs)
        {
            if (input.Kind == InputKind.Reading)
            {
                readings.Add(FormattableString.Invariant($"{names[input.Sensor]}={input.Value}"));
            }
        }

        Assert.Equal(expected, string.Join(' ', readings));
    }

    [Fact]
    public void The_two_lines_of_the_readme_are_a_configuration()
    {
        string example = JsonBlock().Match(Repository.Read("config/README.md")).Groups[1].Value;

        Assert.True(directory.Load(directory.Write("example.json", example)).IsValid);
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonBlock();
}
