using System.Text;
using System.Text.RegularExpressions;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Tests.Options;
using Xunit;

namespace SensorPipeline.Worker.Tests.Deployment;

public sealed partial class ConfigurationExamplesTests : IDisposable
{
    private readonly ConfigurationDirectory directory = new();

    public static TheoryData<string> Files => [.. Directory.GetFiles(Repository.PathOf("config"), "*.json").Select(file => Path.GetFileName(file)).Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal))];

    public static TheoryData<DeviceExample> Examples => [.. DeviceExample.All];

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
    [MemberData(nameof(Examples))]
    public void An_example_message_becomes_the_readings_it_means(DeviceExample example)
    {
        ServiceOptions options = directory.Load(Repository.PathOf($"config/{example.File}")).Options!;
        SourceSet sources = SourceSet.Compile(options.Sources, new SourceLimits(), out _);
        var names = new SensorNames();
        var batch = new InputBatch();
        Message message = new()
        {
            Topic = Encoding.UTF8.GetBytes(example.Topic),
            Payload = example.Bytes,
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

        Assert.Equal(example.Readings, string.Join(' ', readings));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_shipped_file_has_an_example_that_gives_readings(string file) =>
        Assert.Contains(DeviceExample.All, example => example.File == file && example.Readings.Length > 0);

    [Fact]
    public void The_flow_shown_for_node_red_can_be_imported() =>
        Assert.All(System.Text.Json.JsonDocument.Parse(JsonBlock().Matches(Repository.Read("config/README.md"))[^1].Groups[1].Value).RootElement.EnumerateArray(), node =>
            Assert.True(node.TryGetProperty("id", out _) && node.TryGetProperty("wires", out _)));

    [Fact]
    public void What_telegraf_is_told_to_take_is_what_a_state_holds()
    {
        string telegraf = Repository.Read("config/README.md").Split("```toml")[1].Split("```")[0];
        var summary = new SensorSummary
        {
            Sensor = "a", Time = new EventTime(1), Value = 1, Count = 2, Mean = 1, StandardDeviation = 1, EffectiveSampleSize = 2, Lower = 0, Upper = 2, TailProbability = 0.5,
            Verdict = Verdict.Body, Calibrated = true, Quality = Quality.Good, NoiseStandardDeviation = double.NaN,
        };
        string state = Encoding.UTF8.GetString(new ResultWriter().State(summary));

        string[] members = [.. Paths().Matches(telegraf).Select(match => match.Groups[1].Value)];
        Assert.Equal(["time", "value", "mean", "standardDeviation", "tailProbability", "verdict"], members);
        Assert.All(members, member => Assert.Contains($"\"{member}\":", state, StringComparison.Ordinal));
        Assert.Contains($"\"sensor-pipeline/+/sensor/#\"", telegraf, StringComparison.Ordinal);
    }

    // Redundant sensors are of no family; the README of the folder tells of them.
    [Theory]
    [MemberData(nameof(Files))]
    public void The_readme_leads_to_every_shipped_file(string file) =>
        Assert.Contains(file == "redundant.json" ? "(config/README.md" : $"(config/{file})", Repository.Read("README.md"), StringComparison.Ordinal);

    [Fact]
    public void The_two_lines_of_the_readme_are_a_configuration()
    {
        string example = JsonBlock().Match(Repository.Read("config/README.md")).Groups[1].Value;

        Assert.True(directory.Load(directory.Write("example.json", example)).IsValid);
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonBlock();

    [GeneratedRegex("path = \"(.*?)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Paths();
}
