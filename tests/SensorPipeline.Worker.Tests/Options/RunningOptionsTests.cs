using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using Xunit;

namespace SensorPipeline.Worker.Tests.Options;

public sealed class RunningOptionsTests : IDisposable
{
    private const string Before = """{ "Instance": "a", "Sources": [ { "Topic": "lab/{bench}" } ] }""";

    private readonly ConfigurationDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Sources_detection_and_groups_change_under_way()
    {
        LoadedConfiguration edited = Edit("""
            { "Instance": "a", "Sources": [ { "Topic": "lab/{bench}" }, { "Topic": "attic/{name...}" } ], "Detection": { "FalseAlarmsPerSensorPerDay": 3 },
              "Fusion": [ { "Name": "all", "Members": [ "#" ] } ], "Mixtures": [ { "Name": "all", "Members": [ "#" ] } ], "Joint": [ { "Name": "both", "Members": [ "#" ] } ] }
            """);

        Assert.Empty(edited.AfterRestart);
        Assert.Equal(2, edited.Options!.Sources.Count);
        Assert.Equal(3, edited.Options.Detection.FalseAlarmsPerSensorPerDay);
        Assert.Equal((1, 1, 1), (edited.Options.Fusion.Count, edited.Options.Mixtures.Count, edited.Options.Joint.Count));
    }

    [Fact]
    public void Everything_else_keeps_its_value_and_is_named()
    {
        LoadedConfiguration edited = Edit("""
            { "Instance": "b", "Sources": [ { "Topic": "lab/{bench}" } ], "Broker": { "Port": 1884, "Tls": { "Insecure": true } }, "Limits": { "Sensors": 5 },
              "Publish": { "HomeAssistantSensors": [ "lab/#" ] } }
            """);

        Assert.Equal(
            ["SensorPipeline:Instance", "SensorPipeline:Broker:Port", "SensorPipeline:Broker:Tls:Insecure", "SensorPipeline:Publish:HomeAssistantSensors", "SensorPipeline:Limits:Sensors"],
            edited.AfterRestart);
        Assert.Equal("a", edited.Options!.Instance);
        Assert.Equal(1883, edited.Options.Broker.Port);
    }

    [Fact]
    public void A_source_that_fits_the_edited_instance_only_is_refused_as_long_as_the_former_runs()
    {
        LoadedConfiguration edited = Edit("""{ "Instance": "b", "Sources": [ { "Topic": "sensor-pipeline/a/{name...}" } ] }""");

        Assert.Contains("SensorPipeline:Sources:0:Topic", Assert.Single(edited.Faults).ToString(), StringComparison.Ordinal);
    }

    private LoadedConfiguration Edit(string section)
    {
        ServiceOptions running = directory.LoadSection(Before).Options!;
        return ConfigurationLoader.Load(new ConfigurationRequest
        {
            File = directory.Write("test.json", $$"""{ "SensorPipeline": {{section}} }"""),
            Running = running,
            Variables = new Dictionary<string, string>(),
            WorkingDirectory = directory.Path,
            ExecutableDirectory = directory.Path,
        });
    }
}
