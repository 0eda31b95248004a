using SensorPipeline.Storage;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using Xunit;

namespace SensorPipeline.Worker.Tests.Options;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private const string TwoLines = """
        "Broker": { "Host": "broker.lan" },
        "Sources": [ { "Topic": "lab/{bench}/temperature" } ]
        """;

    private readonly ConfigurationDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Two_lines_are_enough()
    {
        ServiceOptions options = Valid(directory.LoadSection($"{{ {TwoLines} }}"));

        Assert.Equal("broker.lan", options.Broker.Host);
        Assert.Equal(1883, options.Broker.Port);
        Assert.Equal("lab/{bench}/temperature", Assert.Single(options.Sources).Topic);
        Assert.Equal(Environment.MachineName, options.Instance);
        Assert.Equal(1, options.Detection.FalseAlarmsPerSensorPerDay);
    }

    [Fact]
    public void The_configuration_of_the_design_is_bound_as_it_is_written()
    {
        directory.Write("secret", "x");
        ServiceOptions options = Valid(directory.LoadSection("""
            {
              "Instance": null, // the host's name
              "Broker": { "Host": "localhost", "Port": 1884, "Tls": { "Enabled": false }, "Username": null, "PasswordFile": "secret", "SessionExpiry": "1.00:00:00" },
              "Sources": [ { "Topic": "lab/{bench}/env", "Format": "json", "Qos": 1, "Sensor": "{bench}", "Time": "/ts",
                             "Channels": [ { "Name": "temperature", "Path": "/temp", "Range": [ -40, 125 ], "Value": { "ON": 1, "OFF": 0 } }, { "Name": "humidity", "Path": "/rh" } ] } ],
              "Detection": { "FalseAlarmsPerSensorPerDay": 0.5 },
              "Fusion": [ { "Name": "{room}/temperature", "Members": [ "{room}/+/temperature" ], "Lateness": "00:00:03" } ],
              "Mixtures": [ { "Name": "boiler", "Members": [ "boiler/flow", "boiler/return" ], "Refit": "00:02:00" } ],
              "Publish": { "Interval": "00:00:02", "HomeAssistant": true },
              "Storage": { "Directory": "state", "Durability": "Relaxed" },
              "Telemetry": { "Prometheus": false }, "Http": { "Bind": "0.0.0.0", "Port": 8081, "TokenFile": null },
            }
            """));

        Assert.Equal(Environment.MachineName, options.Instance);
        Assert.Equal(1884, options.Broker.Port);
        Assert.Equal(Path.Combine(directory.Path, "secret"), options.Broker.PasswordFile);
        Assert.Equal(TimeSpan.FromDays(1), options.Broker.SessionExpiry);
        Assert.Equal(["temperature", "humidity"], options.Sources[0].Channels.Select(channel => channel.Name));
        Assert.Equal([-40.0, 125.0], options.Sources[0].Channels[0].Range!);
        Assert.Equal(1, options.Sources[0].Channels[0].Value["ON"]);
        Assert.Equal(0.5, options.Detection.FalseAlarmsPerSensorPerDay);
        Assert.Equal(TimeSpan.FromSeconds(3), options.Fusion[0].Lateness);
        Assert.Equal(["boiler/flow", "boiler/return"], options.Mixtures[0].Members);
        Assert.Equal(TimeSpan.FromMinutes(2), options.Mixtures[0].Refit);
        Assert.Equal(Durability.Relaxed, options.Storage.Durability);
        Assert.Equal(Path.Combine(directory.Path, "state"), options.Storage.Directory);
        Assert.False(options.Telemetry.Prometheus);
        Assert.Equal("0.0.0.0", options.Http.Bind);
    }

    [Fact]
    public void The_later_layer_says_the_last_word()
    {
        string file = directory.Write("test.json", $$"""{ "SensorPipeline": { {{TwoLines}}, "Http": { "Port": 1 }, "Shards": 2 } }""");
        Dictionary<string, string> variables = new() { ["SensorPipeline__Http__Port"] = "2", ["SENSORPIPELINE__HTTP__BIND"] = "::1" };

        ServiceOptions options = Valid(directory.Load(file, variables, new("Http:Port", "3"), new("SensorPipeline:Broker:Host", "other")));

        Assert.Equal(3, options.Http.Port);
        Assert.Equal("::1", options.Http.Bind);
        Assert.Equal(2, options.Shards);
        Assert.Equal("other", options.Broker.Host);
    }

    [Fact]
    public void The_environment_alone_can_configure_the_service()
    {
        Dictionary<string, string> variables = new()
        {
            ["SensorPipeline__Sources__0__Topic"] = "a/{x}",
            ["SensorPipeline__Sources__1__Topic"] = "b/{x}",
            ["SensorPipeline__Fusion__0__Name"] = "group",
            ["SensorPipeline__Fusion__0__Members__0"] = "x/+",
        };

        ServiceOptions options = Valid(directory.Load(variables: variables));

        Assert.Equal(["a/{x}", "b/{x}"], options.Sources.Select(source => source.Topic));
        Assert.Equal(["x/+"], options.Fusion[0].Members);
    }

    [Fact]
    public void An_item_of_a_list_is_replaced_as_a_whole()
    {
        string file = directory.Write("test.json", """{ "SensorPipeline": { "Sources": [ { "Topic": "a/+", "Sensor": "a" }, { "Topic": "b/+" } ] } }""");

        ServiceOptions options = Valid(directory.Load(file, new() { ["SensorPipeline__Sources__0__Topic"] = "c/+" }));

        Assert.Equal(["c/+", "b/+"], options.Sources.Select(source => source.Topic));
        Assert.Null(options.Sources[0].Sensor);
    }

    [Fact]
    public void Paths_in_a_file_are_relative_to_that_file_and_others_to_the_working_directory()
    {
        directory.Write("etc/password", "x");
        string file = directory.Write("etc/test.json", $$"""
            { "SensorPipeline": { "Sources": [ { "Topic": "a/+" } ], "Broker": { "PasswordFile": "password" }, "Storage": { "Directory": "../state" } } }
            """);

        ServiceOptions fromFile = Valid(directory.Load(file));
        ServiceOptions fromVariable = Valid(directory.Load(file, new() { ["SensorPipeline__Storage__Directory"] = "state" }));

        Assert.Equal(Path.Combine(directory.Path, "etc", "password"), fromFile.Broker.PasswordFile);
        Assert.Equal(Path.Combine(directory.Path, "state"), fromFile.Storage.Directory);
        Assert.Equal(Path.Combine(directory.Path, "state"), fromVariable.Storage.Directory);
    }

    [Fact]
    public void The_default_file_is_searched_beside_the_working_directory_and_then_beside_the_executable()
    {
        string shipped = directory.Write("shipped/config/appsettings.json", """{ "SensorPipeline": { "Sources": [ { "Topic": "shipped/+" } ] } }""");
        ConfigurationRequest request = new()
        {
            Variables = new Dictionary<string, string>(),
            WorkingDirectory = Path.Combine(directory.Path, "work"),
            ExecutableDirectory = Path.Combine(directory.Path, "shipped"),
        };

        Assert.Equal(shipped, ConfigurationLoader.Load(request).File);

        string own = directory.Write("work/config/appsettings.json", """{ "SensorPipeline": { "Sources": [ { "Topic": "own/+" } ] } }""");
        Assert.Equal(own, ConfigurationLoader.Load(request).File);
    }

    [Fact]
    public void Every_fault_is_listed_at_once_with_its_key_path_and_place()
    {
        string file = directory.Write("test.json", """
            {
              "SensorPipelin": {},
              "SensorPipeline": {
                "Broker": { "Hots": "x", "Port": 70000, "Tls": true, "SessionExpiry": "24:00:00" },
                "Sources": "sensors/#",
                "Detection": { "Memory": 1.5 },
                "Fusion": [ { "Members": [] }, 7 ],
                "Storage": { "Durability": "Sturdy" },
                "Http": { "Bind": "everywhere", "TokenFile": "missing" },
              }
            }
            """);

        LoadedConfiguration loaded = directory.Load(file, new() { ["SensorPipeline__Shards"] = "many" });

        Assert.Null(loaded.Options);
        Assert.Equal(
            [
                "SensorPipelin: unknown key; did you mean SensorPipeline? (test.json:2)",
                "SensorPipeline:Broker:Hots: unknown key; did you mean Host? (test.json:4)",
                "SensorPipeline:Broker:Port: expected 1 to 65535, found 70000 (test.json:4)",
                "SensorPipeline:Broker:SessionExpiry: expected a time span such as \"00:00:02\" or \"1.00:00:00\", found \"24:00:00\" (test.json:4)",
                "SensorPipeline:Broker:Tls: expected a section, { … } (test.json:4)",
                "SensorPipeline:Detection:Memory: expected a whole number, found \"1.5\" (test.json:6)",
                "SensorPipeline:Fusion:0:Members: expected a list of at least 1 (test.json:7)",
                "SensorPipeline:Fusion:0:Name: is required (test.json:7)",
                "SensorPipeline:Fusion:1: expected a section, { … } (test.json:7)",
                "SensorPipeline:Http:Bind: expected an IP address such as 127.0.0.1 or 0.0.0.0 (test.json:9)",
                $"SensorPipeline:Http:TokenFile: no such file: {Path.Combine(directory.Path, "missing")} (test.json:9)",
                "SensorPipeline:Shards: expected a whole number, found \"many\" (environment variable SensorPipeline__Shards)",
                "SensorPipeline:Sources: expected a list, [ … ] (test.json:5)",
                "SensorPipeline:Storage:Durability: expected Durable, Relaxed or None, found \"Sturdy\" (test.json:8)",
            ],
            loaded.Faults.Select(fault => fault.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "test.json:1: is not JSON: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true")]
    [InlineData("[]", "test.json:1: expected a JSON object, { … }")]
    [InlineData("{\n\n\"a\": \"b\" \"c\"}", "test.json:3: is not JSON: '\"' is invalid after a value. Expected either ',', '}', or ']'")]
    [InlineData("{\n\"SensorPipeline\": {", "test.json:2: is not JSON: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed")]
    [InlineData("{} {}", "test.json:1: is not JSON: '{' is invalid after a single JSON value. Expected end of data")]
    public void A_file_that_is_not_json_is_one_fault_with_its_line(string content, string expected)
    {
        LoadedConfiguration loaded = directory.Load(directory.Write("test.json", content));

        Assert.Null(loaded.Options);
        Assert.Equal(expected, Assert.Single(loaded.Faults).ToString());
    }

    [Fact]
    public void Nesting_without_end_is_a_fault_and_no_crash()
    {
        LoadedConfiguration loaded = directory.Load(directory.Write("test.json", new string('[', 100_000)));

        Assert.StartsWith("test.json:1: is not JSON: ", Assert.Single(loaded.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_a_fault_when_it_was_named()
    {
        string fault = Assert.Single(directory.Load("nowhere.json").Faults).ToString();

        Assert.StartsWith("nowhere.json: cannot be read: ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_given_twice_is_a_fault()
    {
        LoadedConfiguration loaded = directory.LoadSection($$"""{ {{TwoLines}}, "broker": { "Host": "b" } }""");

        Assert.Equal("SensorPipeline:broker: is given twice (test.json:2)", Assert.Single(loaded.Faults).ToString());
    }

    [Fact]
    public void Comments_trailing_commas_a_schema_and_a_byte_order_mark_are_welcome()
    {
        string file = directory.Write("test.json", $$"""
            {{'\uFEFF'}}{ "$schema": "schema.json", /* why */ "SensorPipeline": { {{TwoLines}}, }, } // end
            """);

        Assert.True(directory.Load(file).IsValid);
    }

    [Fact]
    public void Without_a_source_there_is_nothing_to_do()
    {
        LoadedConfiguration loaded = directory.Load();

        Assert.StartsWith("SensorPipeline:Sources: at least one source is needed", Assert.Single(loaded.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_in_a_place_that_sounds_secret_is_not_repeated()
    {
        LoadedConfiguration loaded = directory.LoadSection("""
            { "Sources": [ { "Topic": "a/+" } ], "Broker": { "Password": "canary", "PasswordFile": [ "canary" ], "Host": "mqtt://user:canary@host" } }
            """);

        Assert.Equal(3, loaded.Faults.Count);
        Assert.DoesNotContain(loaded.Faults, fault => fault.ToString().Contains("canary", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fault_stays_on_one_line_whatever_was_written()
    {
        LoadedConfiguration loaded = directory.LoadSection($$"""{ {{TwoLines}}, "Shards": "a\nb\u001b[31m{{new string('x', 10_000)}}" }""");

        string fault = Assert.Single(loaded.Faults).ToString();
        Assert.DoesNotContain(fault, char.IsControl);
        Assert.InRange(fault.Length, 1, 500);
    }

    private static ServiceOptions Valid(LoadedConfiguration loaded)
    {
        Assert.Empty(loaded.Faults);
        return loaded.Options!;
    }
}
