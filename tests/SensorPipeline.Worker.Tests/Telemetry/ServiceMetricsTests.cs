using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Telemetry;
using Xunit;

namespace SensorPipeline.Worker.Tests.Telemetry;

[Collection(MeterCollection.Name)]
public sealed class ServiceMetricsTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly FixedCounts counts = new();
    private readonly ServiceMetrics metrics;

    public ServiceMetricsTests() => metrics = new ServiceMetrics(counts, clock);

    public void Dispose() => metrics.Dispose();

    [Fact]
    public async Task The_names_and_tags_are_the_approved_ones()
    {
        using ServiceTelemetry telemetry = Start([]);
        metrics.RecordLatency(TimeSpan.FromMilliseconds(20));
        foreach (PipelineStage stage in Enum.GetValues<PipelineStage>())
        {
            metrics.RecordStage(stage, TimeSpan.FromMicroseconds(20));
        }

        IEnumerable<string> series = (await ScrapeAsync(telemetry)).Split('\n')
            .Where(line => line.StartsWith("sensorpipeline_", StringComparison.Ordinal) && !line.Contains("_bucket{", StringComparison.Ordinal))
            .Select(line => line[..line.LastIndexOf(' ')]).Order(StringComparer.Ordinal);

        string received = string.Join('\n', series);
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Telemetry", "metrics.received.txt"), received, TestContext.Current.CancellationToken);
        string approved = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Telemetry", "metrics.approved.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(approved.TrimEnd(), received);
    }

    [Fact]
    public async Task Every_tag_of_every_counter_is_0_from_the_start()
    {
        using ServiceTelemetry telemetry = Start([]);

        string text = await ScrapeAsync(telemetry);

        foreach (EventKind kind in Enum.GetValues<EventKind>())
        {
            Assert.Matches($"sensorpipeline_events_total\\{{kind=\"{string.Concat(kind.ToString().Select(letter => char.IsUpper(letter) ? $"_?{char.ToLowerInvariant(letter)}" : $"{letter}"))}\"\\}} 0\n", text);
        }

        Assert.Contains("sensorpipeline_readings_accepted_total 0\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_readings_rejected_total{reason=\"non_finite\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_coverage_of_any_number_of_groups_is_three_numbers()
    {
        using ServiceTelemetry telemetry = Start([]);

        string text = await ScrapeAsync(telemetry);

        Assert.Contains("sensorpipeline_fusion_coverage{groups=\"least\"} 0.91\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_fusion_coverage{groups=\"all\"} 0.94\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_fusion_coverage{groups=\"greatest\"} 0.96\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_pipeline_counts_is_what_is_scraped()
    {
        using ServiceTelemetry telemetry = Start([]);
        counts.ReadingsAccepted = 9_007_199_254_740_993;
        counts.MessagesReceived = 7;
        counts.Rejected[(int)RejectReason.NotFinite] = 2;
        counts.Raised[(int)EventKind.LevelShift] = 5;
        counts.Connected = true;
        clock.Advance(TimeSpan.FromSeconds(90));

        string text = await ScrapeAsync(telemetry);

        Assert.Contains("sensorpipeline_readings_accepted_total 9007199254740993\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_messages_received_total 7\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_readings_rejected_total{reason=\"non_finite\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_readings_adjusted_total{adjustment=\"future_time\"} 4\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_events_total{kind=\"level_shift\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_mqtt_connected 1\n", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_sensors{state=\"active\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("process_uptime_seconds 90\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runtime_is_seen_too()
    {
        using ServiceTelemetry telemetry = Start([]);

        string text = await ScrapeAsync(telemetry);

        Assert.Contains("dotnet_process_memory_working_set_bytes ", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_cpu_time_seconds_total{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_complain_about()
    {
        string? promtool = Executable.Find("promtool");
        Assert.SkipWhen(promtool is null, "promtool is missing; on Debian: apt-get install prometheus");
        using ServiceTelemetry telemetry = Start([]);
        metrics.RecordLatency(TimeSpan.FromMilliseconds(20));
        metrics.RecordStage(PipelineStage.Graph, TimeSpan.FromMicroseconds(20));

        (int exitCode, string said) = await Executable.RunAsync(promtool, ["check", "metrics"], await ScrapeAsync(telemetry));

        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task Messages_are_counted_by_the_names_that_all_messaging_clients_share()
    {
        using ServiceTelemetry telemetry = Start([]);

        string text = await ScrapeAsync(telemetry);

        Assert.Contains("messaging_client_consumed_messages_total{messaging_operation_name=\"receive\",messaging_system=\"mqtt\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("messaging_client_sent_messages_total{messaging_operation_name=\"publish\",messaging_system=\"mqtt\"} 0\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("always_off", false)]
    public async Task A_duration_names_the_trace_of_its_batch_where_spans_are_exported_and_OpenMetrics_is_asked_for(string? filter, bool isNamed)
    {
        Dictionary<string, string> variables = new() { ["OTEL_TRACES_EXPORTER"] = "otlp", ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" };
        if (filter is not null)
        {
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = filter;
        }

        using ServiceTelemetry telemetry = Start(variables);
        using Activity span = BatchTrace.Begin([], 3)!;
        metrics.RecordStage(PipelineStage.Graph, TimeSpan.FromMicroseconds(20));
        metrics.RecordStage(PipelineStage.Graph, TimeSpan.FromMicroseconds(30), span);

        string named = $"sensorpipeline_stage_duration_seconds_bucket{{stage=\"graph\",le=\"5E-05\"}} 2 # {{trace_id=\"{span.TraceId}\",span_id=\"{span.SpanId}\"}} 3E-05 ";
        Assert.Equal(isNamed, (await ScrapeAsync(telemetry, PrometheusFormat.OpenMetrics)).Contains(named, StringComparison.Ordinal));
        Assert.DoesNotContain("trace_id", await ScrapeAsync(telemetry), StringComparison.Ordinal);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task The_environment_names_service_and_attributes()
    {
        using ServiceTelemetry telemetry = Start(new() { ["OTEL_SERVICE_NAME"] = "cellar", ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test" });

        string target = (await ScrapeAsync(telemetry)).Split('\n').Single(line => line.StartsWith("target_info{", StringComparison.Ordinal));

        Assert.Contains("service_name=\"cellar\"", target, StringComparison.Ordinal);
        Assert.Contains("service_instance_id=\"lab\"", target, StringComparison.Ordinal);
        Assert.Contains("deployment_environment_name=\"test\"", target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_named_by_the_environment_receives_metrics_traces_and_logs()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using WebApplication collector = await StartCollectorAsync(received);
        Dictionary<string, string> variables = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        counts.ReadingsAccepted = 1;

        using (Start(variables))
        {
            ServiceTelemetry.Activities.StartActivity("a span")!.Dispose();
            using ILoggerFactory loggers = LoggerFactory.Create(logging => ServiceTelemetry.ConfigureLogging(logging, new ServiceOptions(), variables));
            loggers.CreateLogger("test").LogInformation("a log entry");
        }

        Assert.Contains("sensorpipeline.readings.accepted", received["/v1/metrics"], StringComparison.Ordinal);
        Assert.Contains("service.instance.id", received["/v1/metrics"], StringComparison.Ordinal);
        Assert.Contains("a span", received["/v1/traces"], StringComparison.Ordinal);
        Assert.Contains("a log entry", received["/v1/logs"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "OTEL_EXPORTER_OTLP_ENDPOINT=http://x")]
    [InlineData(true, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://x")]
    [InlineData(false, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://x")]
    [InlineData(false, "OTEL_EXPORTER_OTLP_ENDPOINT=http://x", "OTEL_METRICS_EXPORTER=none")]
    [InlineData(true, "OTEL_METRICS_EXPORTER=console,otlp")]
    public void Metrics_are_sent_only_where_the_environment_asks_for_it(bool expected, params string[] variables)
    {
        Dictionary<string, string> environment = variables.Where(variable => variable.Length > 0).Select(variable => variable.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal(expected, OtlpSignal.IsOn(OtlpSignal.Metrics, environment));
    }

    private ServiceTelemetry Start(Dictionary<string, string> variables) => new(new ServiceOptions { Instance = "lab" }, variables, clock);

    private static async Task<string> ScrapeAsync(ServiceTelemetry telemetry, PrometheusFormat format = PrometheusFormat.Text) =>
        Encoding.UTF8.GetString((await telemetry.Prometheus!.ScrapeAsync(format, TestContext.Current.CancellationToken))!);

    private static async Task<WebApplication> StartCollectorAsync(ConcurrentDictionary<string, string> received)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/v1/{signal}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received[context.Request.Path] = Encoding.Latin1.GetString(body.ToArray());
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }
}
