using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Tests.Options;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace SensorPipeline.Worker.Tests.Deployment;

public sealed partial class ComposeTests : IDisposable
{
    private readonly YamlMappingNode compose = Repository.ReadYaml("docker/compose.yaml");
    private readonly ConfigurationDirectory directory = new();

    public static TheoryData<string> Services => [.. Repository.ReadYaml("docker/compose.yaml").At("services").Members().Select(service => service.Key)];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_parts_of_the_stack_are_there() =>
        Assert.Equal(["mosquitto", "sensor-pipeline", "collector", "prometheus", "grafana"], compose.At("services").Members().Select(service => service.Key));

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_container_has_no_more_rights_than_it_needs(string name)
    {
        YamlNode service = Service(name);

        Assert.Equal("true", service.At("read_only")?.ToString());
        Assert.Equal(["ALL"], service.At("cap_drop").Texts());
        Assert.Equal(["no-new-privileges:true"], service.At("security_opt").Texts());
        Assert.All(service.At("ports").Texts(), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
        if (service.At("build") is null)
        {
            Assert.Matches(":v?[0-9]+\\.[0-9]+\\.[0-9]+$", service.At("image")!.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Everything_a_container_refers_to_exists(string name)
    {
        YamlNode service = Service(name);

        Assert.NotEmpty(service.At("networks").Texts());
        Assert.All(service.At("networks").Texts(), network => Assert.Contains(network, compose.At("networks").Members().Select(member => member.Key)));
        foreach (string source in service.At("volumes").Texts().Select(volume => volume.Split(':')[0]))
        {
            if (source.StartsWith('.'))
            {
                string path = Path.GetFullPath(source, Repository.PathOf("docker"));
                Assert.True(Path.Exists(path), path);
            }
            else
            {
                Assert.Contains(source, compose.At("volumes").Members().Select(member => member.Key));
            }
        }
    }

    [Fact]
    public void The_services_environment_is_a_valid_configuration_that_fits_the_rest_of_the_stack()
    {
        Dictionary<string, string> variables = ImageVariables();
        foreach ((string key, YamlNode value) in Service("sensor-pipeline").At("environment").Members())
        {
            variables[key] = value.ToString();
        }

        LoadedConfiguration loaded = directory.Load(Repository.PathOf("config/appsettings.json"), variables);

        Assert.Empty(loaded.Faults);
        Assert.Equal("mosquitto", loaded.Options!.Broker.Host);
        Assert.Equal("0.0.0.0", loaded.Options.Http.Bind);
        Assert.Contains(loaded.Options.Storage.Directory, Service("sensor-pipeline").At("volumes").Texts().Select(volume => volume.Split(':')[1]));
        Assert.Contains($"sensor-pipeline:{loaded.Options.Http.Port}", Repository.Read("docker/prometheus/prometheus.yml"), StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:8080:{loaded.Options.Http.Port}", Service("sensor-pipeline").At("ports").Texts());
        Assert.Equal("http://collector:4317", variables["OTEL_EXPORTER_OTLP_ENDPOINT"]);
    }

    [Fact]
    public void The_image_runs_without_rights_and_asks_itself_for_its_health()
    {
        string dockerfile = Repository.Read("docker/Dockerfile");

        Assert.Matches("(?m)^USER \\$APP_UID$", dockerfile);
        Assert.Matches("(?m)^HEALTHCHECK .*CMD \\[\"dotnet\", \"/app/sensor-pipeline.dll\", \"healthcheck\"\\]$", dockerfile);
        Assert.Matches("(?m)^ENTRYPOINT \\[\"dotnet\", \"/app/sensor-pipeline.dll\"\\]$", dockerfile);
        foreach (Match copy in BuildCopies().Matches(dockerfile))
        {
            Assert.All(copy.Groups[1].Value.Split(' '), source => Assert.True(Path.Exists(Repository.PathOf(source)), source));
        }
    }

    [Fact]
    public void What_the_collector_chains_is_defined()
    {
        YamlMappingNode collector = Repository.ReadYaml("docker/collector/config.yaml");

        foreach ((string pipeline, YamlNode parts) in collector.At("service")!.At("pipelines").Members())
        {
            foreach (string kind in new[] { "receivers", "processors", "exporters" })
            {
                Assert.NotEmpty(parts.At(kind).Texts());
                Assert.All(parts.At(kind).Texts(), part => Assert.True(collector.At(kind).Members().Any(member => member.Key == part), $"{pipeline}: {part}"));
            }
        }
    }

    [Fact]
    public async Task Docker_compose_accepts_the_file()
    {
        string? dockerCompose = Executable.Find("docker-compose");
        Assert.SkipWhen(dockerCompose is null, "docker-compose is missing; on Debian: apt-get install docker-compose");

        // Debian's version is older than the project name.
        string file = Repository.Read("docker/compose.yaml").Replace("name: sensor-pipeline\n", "", StringComparison.Ordinal);
        (int exitCode, string said) = await Executable.RunAsync(dockerCompose, ["-f", "-", "--project-directory", Repository.PathOf("docker"), "config", "--quiet"], file);

        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task Promtool_accepts_the_prometheus_configuration()
    {
        string? promtool = Executable.Find("promtool");
        Assert.SkipWhen(promtool is null, "promtool is missing; on Debian: apt-get install prometheus");

        (int exitCode, string said) = await Executable.RunAsync(promtool, ["check", "config", Repository.PathOf("docker/prometheus/prometheus.yml")]);

        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task Alert_rules_fire_when_they_should_and_only_then()
    {
        string? promtool = Executable.Find("promtool");
        Assert.SkipWhen(promtool is null, "promtool is missing; on Debian: apt-get install prometheus");

        (int exitCode, string said) = await Executable.RunAsync(promtool, ["test", "rules", Repository.PathOf("docker/prometheus/rules.test.yml")]);

        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public void Every_alert_rule_has_a_test()
    {
        string tests = Repository.Read("docker/prometheus/rules.test.yml");
        YamlSequenceNode groups = (YamlSequenceNode)Repository.ReadYaml("docker/prometheus/rules.yml").At("groups")!;
        string[] alerts = [.. groups.SelectMany(group => (YamlSequenceNode)group.At("rules")!).Select(rule => rule.At("alert")!.ToString())];

        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Contains(alert, tests, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Mosquitto_starts_with_the_brokers_configuration()
    {
        string? mosquitto = Executable.Find("mosquitto");
        Assert.SkipWhen(mosquitto is null, "mosquitto is missing; on Debian: apt-get install mosquitto");
        string configuration = Repository.Read("docker/mosquitto/mosquitto.conf")
            .Replace("listener 1883", $"listener {FreePort()} 127.0.0.1", StringComparison.Ordinal)
            .Replace("/mosquitto/data/", $"{directory.Path}/", StringComparison.Ordinal);

        string said = await Executable.RunUntilAsync(mosquitto, ["-c", directory.Write("mosquitto.conf", configuration)], " running");

        Assert.Contains(" running", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Error", said, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private YamlNode Service(string name) => compose.At("services")!.At(name)!;

    private static Dictionary<string, string> ImageVariables() =>
        ImageVariable().Matches(Repository.Read("docker/Dockerfile")).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    [GeneratedRegex("(SensorPipeline__\\w+)=(\\S+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ImageVariable();

    [GeneratedRegex("(?m)^COPY (?!--)(.*) \\S+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BuildCopies();
}
