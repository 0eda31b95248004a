using System.Diagnostics.Metrics;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Telemetry;
using Xunit;

namespace SensorPipeline.Worker.Tests.Telemetry;

public sealed class PrometheusTextTests : IDisposable
{
    private const string Name = "PrometheusTextTests";
    private readonly ManualClock clock = new();
    private readonly Meter meter = new(Name);

    public void Dispose() => meter.Dispose();

    [Fact]
    public async Task Every_kind_of_metric_has_its_text()
    {
        Assert.Equal(
            """
            # HELP target_info Attributes of the service.
            # TYPE target_info gauge
            target_info{service_name="a\"b\\c\nd"} 1
            # HELP things_total Things \\ counted.\nOver "two" lines
            # TYPE things_total counter
            things_total{kind="one"} 3
            things_total{kind="two"} 4
            # HELP work_time_seconds_total work.time
            # TYPE work_time_seconds_total counter
            work_time_seconds_total 0.1
            # HELP level_ratio_percent Level.
            # TYPE level_ratio_percent gauge
            level_ratio_percent +Inf
            # HELP open_files files
            # TYPE open_files gauge
            open_files -2
            # HELP answer_time_seconds Answers.
            # TYPE answer_time_seconds histogram
            answer_time_seconds_bucket{path="/",le="0.1"} 1
            answer_time_seconds_bucket{path="/",le="1"} 1
            answer_time_seconds_bucket{path="/",le="+Inf"} 2
            answer_time_seconds_sum{path="/"} 2.05
            answer_time_seconds_count{path="/"} 2

            """,
            await ScrapeAsync(PrometheusFormat.Text, Record));
    }

    [Fact]
    public async Task OpenMetrics_names_families_without_total_and_ends()
    {
        Assert.Equal(
            """
            # HELP target Attributes of the service.
            # TYPE target info
            target_info{service_name="a\"b\\c\nd"} 1
            # HELP things A \"thing\".
            # TYPE things counter
            things_total 3
            # EOF

            """,
            await ScrapeAsync(PrometheusFormat.OpenMetrics, () => meter.CreateCounter<long>("things", "{thing}", "A \"thing\".").Add(3)));
    }

    [Fact]
    public async Task Two_meters_that_share_a_name_make_one_family()
    {
        using var other = new Meter(Name + ".Other");
        string text = await ScrapeAsync(PrometheusFormat.Text, () =>
        {
            meter.CreateCounter<long>("things").Add(1, new KeyValuePair<string, object?>("meter", 1));
            other.CreateCounter<double>("things").Add(2, new KeyValuePair<string, object?>("meter", 2));
        });

        Assert.Single(text.Split('\n'), line => line.StartsWith("# TYPE things_total", StringComparison.Ordinal));
        Assert.Contains("things_total{meter=\"1\"} 1\nthings_total{meter=\"2\"} 2\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dotnet.gc.pause.time", "s", "dotnet_gc_pause_time_seconds")]
    [InlineData("dotnet.timer.count", "{timer}", "dotnet_timer")]
    [InlineData("already_in_seconds", "s", "already_in_seconds")]
    [InlineData("speed", "m/s", "speed_meters_per_second")]
    [InlineData("2 Größen--x", "1", "_Gr_en_x")]
    [InlineData("memory", "By", "memory_bytes")]
    [InlineData("odd", "kg.m", "odd_kg_m")]
    public void Names_follow_the_rules_of_prometheus(string name, string unit, string expected) =>
        Assert.Equal(expected, PrometheusName.OfMetric(name, unit, isHistogram: false));

    [Fact]
    public async Task A_scrape_within_300_ms_costs_no_second_collection()
    {
        int collections = 0;
        meter.CreateObservableGauge("collections", () => ++collections);
        using var exporter = new PrometheusExporter(clock);
        using MeterProvider provider = Provide(exporter);

        await exporter.ScrapeAsync(PrometheusFormat.Text, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromMilliseconds(299));
        await exporter.ScrapeAsync(PrometheusFormat.Text, TestContext.Current.CancellationToken);
        Assert.Equal(1, collections);

        clock.Advance(TimeSpan.FromMilliseconds(2));
        await exporter.ScrapeAsync(PrometheusFormat.Text, TestContext.Current.CancellationToken);
        Assert.Equal(2, collections);
    }

    [Fact]
    public async Task Nothing_is_served_where_nothing_can_be_collected()
    {
        using var exporter = new PrometheusExporter(clock);

        Assert.Null(await exporter.ScrapeAsync(PrometheusFormat.Text, TestContext.Current.CancellationToken));
    }

    private void Record()
    {
        Counter<long> things = meter.CreateCounter<long>("things", "{thing}", "Things \\ counted.\nOver \"two\" lines");
        things.Add(3, new KeyValuePair<string, object?>("kind", "one"));
        things.Add(4, new KeyValuePair<string, object?>("kind", "two"));
        meter.CreateCounter<double>("work.time", "s").Add(0.1);
        meter.CreateObservableGauge("level.ratio", () => double.PositiveInfinity, "%", "Level.");
        meter.CreateUpDownCounter<int>("open-files", "1", "files").Add(-2);
        Histogram<double> answers = meter.CreateHistogram("answer.time", "s", "Answers.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        answers.Record(0.05, new KeyValuePair<string, object?>("path", "/"));
        answers.Record(2, new KeyValuePair<string, object?>("path", "/"));
    }

    private async Task<string> ScrapeAsync(PrometheusFormat format, Action record)
    {
        using var exporter = new PrometheusExporter(clock);
        using MeterProvider provider = Provide(exporter);
        record();
        return Encoding.UTF8.GetString((await exporter.ScrapeAsync(format, TestContext.Current.CancellationToken))!);
    }

    private static MeterProvider Provide(PrometheusExporter exporter) => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.Clear().AddAttributes([new("service.name", "a\"b\\c\nd")]))
        .AddMeter(Name, Name + ".Other")
        .AddReader(new BaseExportingMetricReader(exporter))
        .Build();
}
