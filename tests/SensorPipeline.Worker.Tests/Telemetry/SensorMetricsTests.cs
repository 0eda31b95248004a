using System.Text;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Telemetry;
using SensorPipeline.Worker.Tests.Web;
using SensorPipeline.Worker.Web;
using Xunit;

namespace SensorPipeline.Worker.Tests.Telemetry;

public class SensorMetricsTests
{
    private readonly FakeSource source = new();

    [Fact]
    public async Task Sensors_beyond_the_cap_are_counted_and_not_told_of()
    {
        for (int i = 0; i < 5; i++)
        {
            source.Add($"s{i}");
        }

        string text = await WriteAsync(most: 2);

        Assert.Contains("sensorpipeline_sensor_value{sensor=\"s1\"} 21.5\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"s2\"", text, StringComparison.Ordinal);
        Assert.Contains("sensorpipeline_sensor_omitted{of=\"all\"} 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_sensors_series_end()
    {
        source.Add("gone", sensor => sensor with { Quality = Quality.Stale });

        Assert.DoesNotContain("gone", await WriteAsync(most: 10), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_known_is_left_out()
    {
        source.Add("new", sensor => sensor with { Mean = double.NaN });

        string text = await WriteAsync(most: 10);

        Assert.DoesNotContain("sensorpipeline_sensor_mean{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_name_cannot_leave_its_quotes()
    {
        source.Add("a\"} 1\nevil 2\\");

        Assert.Contains("sensorpipeline_sensor_value{sensor=\"a\\\"} 1\\nevil 2\\\\\"} 21.5\n", await WriteAsync(most: 10), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PrometheusFormat.Text)]
    [InlineData(PrometheusFormat.OpenMetrics)]
    public async Task Promtool_finds_nothing_to_complain_about(PrometheusFormat format)
    {
        string? promtool = Executable.Find("promtool");
        Assert.SkipWhen(promtool is null, "promtool is missing; on Debian: apt-get install prometheus");
        int sensor = source.Add("kitchen/\u00e9");
        source.Groups =
        [
            new GroupState(0, "kitchen", [sensor], new FusedEstimate { Sequence = 1, Group = 0, Time = FakeSource.Start, Mean = 1, Variance = 4, Members = 1, Gated = 0, ChiSquare = 0, Status = FusionStatus.Consistent }, []),
        ];
        string text = await WriteAsync(most: 10, format);

        (int exitCode, string said) = await Executable.RunAsync(promtool, ["check", "metrics"], text);

        Assert.True(exitCode == 0, said);
        Assert.Contains("sensorpipeline_group_standard_deviation{group=\"kitchen\"} 2\n", text, StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync(int most, PrometheusFormat format = PrometheusFormat.Text) =>
        Encoding.UTF8.GetString(await new SensorMetrics(source, most).WriteAsync(format, TestContext.Current.CancellationToken));
}
