using SensorPipeline.Worker.Options.Loading;
using Xunit;

namespace SensorPipeline.Worker.Tests.Options;

public sealed class ServiceRulesTests : IDisposable
{
    private readonly ConfigurationDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("#")]
    [InlineData("+/+/sensor/{name...}")]
    [InlineData("sensor-pipeline/#")]
    [InlineData("{a}/lab/{rest...}")]
    [InlineData("sensor-{x}/lab/status")]
    [InlineData("sensor-pipeline/lab/sensor/kitchen/state")]
    public void A_source_that_could_read_our_own_results_stops_the_start(string topic)
    {
        LoadedConfiguration loaded = LoadTopics(topic);

        Assert.StartsWith("SensorPipeline:Sources:0:Topic: the service would read its own results", Assert.Single(loaded.Faults).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sensor-pipeline/other/sensor/{name...}")]
    [InlineData("sensors/#")]
    [InlineData("+/one/level")]
    [InlineData("sensor-pipeline")]
    public void A_source_that_cannot_read_our_own_results_is_welcome(string topic) => Assert.Empty(LoadTopics(topic).Faults);

    [Fact]
    public void Announcing_to_home_assistant_adds_its_topics_to_our_own()
    {
        LoadedConfiguration loaded = directory.LoadSection("""{ "Sources": [ { "Topic": "homeassistant/{name...}" } ], "Publish": { "HomeAssistant": true } }""");

        Assert.Contains("homeassistant/#", Assert.Single(loaded.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shadowed_source_is_warned_of()
    {
        LoadedConfiguration loaded = LoadTopics("a/{x}/{y}", "b/{rest...}", "a/kitchen/{y}", "b/c");

        Assert.Equal(2, loaded.Warnings.Count);
        Assert.StartsWith("SensorPipeline:Sources:2:Topic 'a/kitchen/{y}' is never reached", loaded.Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("SensorPipeline:Sources:3:Topic 'b/c' is never reached", loaded.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_narrower_source_first_is_no_reason_to_warn() => Assert.Empty(LoadTopics("a/kitchen/{y}", "a/{x}/{y}", "a/+").Warnings);

    [Theory]
    [InlineData("sensor-pipeline/lab/#", true)]
    [InlineData("sensor-pipeline/#", true)]
    [InlineData("+/+/{rest...}", true)]
    [InlineData("sensor-pipeline/lab/+", false)]
    [InlineData("sensor-pipeline/lab/sensor/#", false)]
    [InlineData("sensor-pipeline/other/#", false)]
    public void Only_an_exclusion_of_all_results_makes_a_wide_source_welcome(string exclude, bool welcome)
    {
        LoadedConfiguration loaded = directory.LoadSection($$"""{ "Instance": "lab", "Sources": [ { "Topic": "{all...}", "Exclude": [ "{{exclude}}" ] } ] }""");

        Assert.Equal(welcome, loaded.IsValid);
    }

    [Fact]
    public void A_derived_channel_that_is_not_linear_is_a_fault_at_its_own_key()
    {
        LoadedConfiguration loaded = directory.LoadSection("""
            {
              "Sources": [ { "Topic": "sensors/{name...}" } ],
              "Fusion": [ { "Name": "room", "Members": [ "a", "b" ] } ],
              "Joint": [ { "Name": "room", "Members": [ "a", "b" ], "Derived": [
                { "Name": "d", "Expression": "a - b" }, { "Name": "e", "Expression": "a * b" }, { "Name": "d", "Expression": "a" } ] } ]
            }
            """);

        Assert.Equal(
            ["SensorPipeline:Joint:0:Name", "SensorPipeline:Joint:0:Derived:2:Name", "SensorPipeline:Joint:0:Derived:1:Expression"],
            loaded.Faults.Select(fault => fault.Path));
    }

    [Fact]
    public void A_malformed_source_is_a_fault_at_its_own_key_and_line()
    {
        LoadedConfiguration loaded = directory.LoadSection("""
            {
              "Sources": [
                { "Topic": "a/{x" },
                { "Topic": "b/#/c", "Format": "jsn",
                  "Channels": [ { "Name": "t", "Path": "temp" } ] }
              ]
            }
            """);

        Assert.Equal(
            ["SensorPipeline:Sources:0:Topic", "SensorPipeline:Sources:1:Topic", "SensorPipeline:Sources:1:Format", "SensorPipeline:Sources:1:Channels:0:Path"],
            loaded.Faults.Select(fault => fault.Path));
        Assert.Equal(["test.json:3", "test.json:4", "test.json:4", "test.json:5"], loaded.Faults.Select(fault => fault.Origin));
    }

    [Theory]
    [InlineData("broker.lan", false, 1)]
    [InlineData("broker.lan", true, 0)]
    [InlineData("localhost", false, 0)]
    [InlineData("127.0.0.2", false, 0)]
    [InlineData("::1", false, 0)]
    [InlineData("192.168.1.2", false, 1)]
    public void Plaintext_to_a_broker_elsewhere_is_warned_of_once(string host, bool tls, int warnings)
    {
        LoadedConfiguration loaded = directory.LoadSection($$"""
            { "Sources": [ { "Topic": "a/+" } ], "Broker": { "Host": "{{host}}", "Tls": { "Enabled": {{(tls ? "true" : "false")}} } } }
            """);

        Assert.Empty(loaded.Faults);
        Assert.Equal(warnings, loaded.Warnings.Count);
        Assert.Equal(tls ? 8883 : 1883, loaded.Options!.Broker.Port);
    }

    [Fact]
    public void A_certificate_needs_its_key()
    {
        directory.Write("client.pem", "x");
        LoadedConfiguration loaded = directory.LoadSection("""
            { "Sources": [ { "Topic": "a/+" } ], "Broker": { "Tls": { "Enabled": true, "CertificateFile": "client.pem" } } }
            """);

        Assert.Equal("SensorPipeline:Broker:Tls:KeyFile", Assert.Single(loaded.Faults).Path);
    }

    [Fact]
    public void Two_groups_of_one_kind_do_not_share_a_name()
    {
        LoadedConfiguration loaded = directory.LoadSection("""
            {
              "Sources": [ { "Topic": "a/+" } ],
              "Fusion": [ { "Name": "x", "Members": [ "a" ] }, { "Name": "x", "Members": [ "b" ] } ],
              "Mixtures": [ { "Name": "x", "Members": [ "a" ] } ]
            }
            """);

        Assert.Equal("SensorPipeline:Fusion:1:Name: \"x\" is the name of an earlier group (test.json:3)", Assert.Single(loaded.Faults).ToString());
    }

    [Fact]
    public void A_pattern_of_members_that_can_match_nothing_or_leaves_the_group_without_a_name_is_a_fault_with_its_key()
    {
        LoadedConfiguration loaded = directory.LoadSection("""
            {
              "Sources": [ { "Topic": "a/+" } ],
              "Fusion": [ { "Name": "{room}/temperature", "Members": [ "{room}/+/temperature", "attic/+" ] } ],
              "Mixtures": [ { "Name": "boiler", "Members": [ "boiler//flow", "#" ] } ],
              "Joint": [ { "Name": "pump", "Members": [ "pump/#/flow", "pump-{n}/flow" ] } ]
            }
            """);

        Assert.Equal(
            [
                "SensorPipeline:Fusion:0:Members:1: \"attic/+\" does not say what \"{room}/temperature\" in the group's name is",
                "SensorPipeline:Mixtures:0:Members:0: \"boiler//flow\" has an empty level",
                "SensorPipeline:Joint:0:Members:0: \"pump/#/flow\" has '#' before the last level",
                "SensorPipeline:Joint:0:Members:1: \"pump-{n}/flow\" has the malformed level 'pump-{n}': a placeholder is a whole level",
            ],
            loaded.Faults.Select(fault => $"{fault.Path}: {fault.Message}"));
    }

    [Fact]
    public void More_groups_than_allowed_are_refused()
    {
        LoadedConfiguration loaded = directory.LoadSection("""
            { "Sources": [ { "Topic": "a/+" } ], "Limits": { "Groups": 0 }, "Mixtures": [ { "Name": "x", "Members": [ "a" ] } ] }
            """);

        Assert.Equal("SensorPipeline:Limits:Groups", Assert.Single(loaded.Faults).Path);
    }

    private LoadedConfiguration LoadTopics(params string[] topics)
    {
        string sources = string.Join(", ", topics.Select(topic => $$"""{ "Topic": "{{topic}}" }"""));
        return directory.LoadSection($$"""{ "Instance": "lab", "Sources": [ {{sources}} ] }""");
    }
}
