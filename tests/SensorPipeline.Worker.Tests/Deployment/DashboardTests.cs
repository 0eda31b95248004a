using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Telemetry;
using SensorPipeline.Worker.Tests.Telemetry;
using SensorPipeline.Worker.Tests.Web;
using SensorPipeline.Worker.Web;
using Xunit;

namespace SensorPipeline.Worker.Tests.Deployment;

[Collection(MeterCollection.Name)]
public sealed partial class DashboardTests
{
    public static TheoryData<string> Dashboards => [.. Directory.GetFiles(Repository.PathOf("docker/grafana/dashboards"), "*.json").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Dashboards))]
    public async Task Every_expression_uses_only_what_the_service_emits(string dashboard)
    {
        using JsonDocument document = Read(dashboard);
        HashSet<string> emitted = await EmittedAsync();

        string[] used = [.. Expressions(document).SelectMany(expression => MetricName().Matches(expression).Select(match => match.Value)).Distinct()];

        Assert.NotEmpty(used);
        Assert.All(used, name => Assert.Contains(name, emitted));
    }

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void A_dashboard_is_portable_and_explains_itself(string dashboard)
    {
        using JsonDocument document = Read(dashboard);
        JsonElement root = document.RootElement;

        Assert.Equal(JsonValueKind.Null, root.GetProperty("id").ValueKind);
        Assert.StartsWith("sensorpipeline-", root.GetProperty("uid").GetString(), StringComparison.Ordinal);
        Assert.Contains(root.GetProperty("templating").GetProperty("list").EnumerateArray(), variable => variable.GetProperty("name").GetString() == "datasource");
        foreach (JsonElement panel in root.GetProperty("panels").EnumerateArray())
        {
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            Assert.NotEqual("", panel.GetProperty("description").GetString());
            Assert.NotEqual("", panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString());
        }
    }

    [Fact]
    public void Grafana_finds_data_source_and_dashboards_where_compose_mounts_them()
    {
        string provider = Repository.Read("docker/grafana/provisioning/dashboards/dashboards.yaml");
        string[] mounts = Repository.ReadYaml("docker/compose.yaml").At("services")!.At("grafana")!.At("volumes").Texts();

        Assert.Contains("path: /var/lib/grafana-dashboards", provider, StringComparison.Ordinal);
        Assert.Contains("./grafana/dashboards:/var/lib/grafana-dashboards:ro", mounts);
        Assert.Contains("./grafana/provisioning:/etc/grafana/provisioning:ro", mounts);
        Assert.Contains("http://prometheus:9090", Repository.Read("docker/grafana/provisioning/datasources/prometheus.yaml"), StringComparison.Ordinal);
    }

    private static JsonDocument Read(string dashboard) => JsonDocument.Parse(Repository.Read($"docker/grafana/dashboards/{dashboard}"));

    private static IEnumerable<string> Expressions(JsonDocument document) =>
        document.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!);

    private static async Task<HashSet<string>> EmittedAsync()
    {
        var clock = new ManualClock();
        using var metrics = new ServiceMetrics(new FixedCounts(), clock);
        using var telemetry = new ServiceTelemetry(new ServiceOptions(), new Dictionary<string, string>(), clock);
        metrics.RecordLatency(TimeSpan.FromSeconds(1));
        metrics.RecordStage(PipelineStage.Graph, TimeSpan.FromSeconds(1));
        metrics.RecordRefit(TimeSpan.FromSeconds(1));

        // The heap's size is known after a first collection.
        GC.Collect();
        byte[] text = (await telemetry.Prometheus!.ScrapeAsync(PrometheusFormat.Text, TestContext.Current.CancellationToken))!;
        string all = Encoding.UTF8.GetString(text) + Encoding.UTF8.GetString(await new SensorMetrics(SourceOfOne(), 1).WriteAsync(PrometheusFormat.Text, TestContext.Current.CancellationToken));
        return [.. all.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split('{', ' ')[0])];
    }

    private static FakeSource SourceOfOne()
    {
        var source = new FakeSource();
        var estimate = new FusedEstimate
        {
            Sequence = 1, Group = 0, Time = FakeSource.Start, Mean = 1, Variance = 1, Members = 1, Gated = 0, ChiSquare = 0, Coverage = 1, Status = FusionStatus.Consistent,
        };
        source.Groups = [new GroupState(0, "a", [source.Add("a")], estimate, [])];
        return source;
    }

    [GeneratedRegex("\\b(sensorpipeline|process|dotnet)_[a-z_]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetricName();
}
