using System.Globalization;
using Xunit;

namespace SensorPipeline.Worker.Tests.Bench;

public sealed class BenchCommandTests
{
    private static readonly string[] Poured =
    [
        "receive  bare socket, framing only",
        "receive  client, QoS 0, empty handler",
        "receive  client, QoS 1, acknowledged",
        "pipeline bare socket, framing only",
        "pipeline QoS 0, decoded, judged, counted",
    ];

    private static readonly string[] WithBroker =
    [
        "publish  bare socket, QoS 0",
        "publish  client, QoS 0",
        "publish  bare socket, QoS 1, window 20",
        "publish  client, QoS 1, window 20",
        "publish  bare socket, QoS 1, window 1000",
        "publish  client, QoS 1, window 1000",
        "behind mosquitto  bare socket",
        "behind mosquitto  client",
        "behind mosquitto  pipeline",
    ];

    [Fact]
    public async Task Each_row_is_measured_and_stands_beside_its_baseline()
    {
        string product = Path.Combine(AppContext.BaseDirectory, "sensor-pipeline.dll");
        (int exitCode, string said) = await Executable.RunAsync("dotnet", [product, "bench", "--seconds", "0.1", "--rounds", "2"]);
        Assert.True(exitCode == 0, said);
        string[] expected = Executable.Find("mosquitto") is null ? Poured : [.. Poured, .. WithBroker];
        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, lines.Skip(1).Where(line => !line.StartsWith("mosquitto", StringComparison.Ordinal)).Select(line => line[..44].TrimEnd()));
        foreach (string line in lines.Skip(1).Take(expected.Length))
        {
            double[] figures = [.. line[44..].Replace("%", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)];
            Assert.Equal(4, figures.Length);
            Assert.All(figures, figure => Assert.True(double.IsFinite(figure), line));
            Assert.True(figures[0] > 0 && figures[1] > 0 && figures[2] >= 0 && figures[3] > 0, line);
        }
    }

    [Theory]
    [InlineData("--only", "nothing")]
    [InlineData("--rounds", "0")]
    [InlineData("--seconds", "-1")]
    public async Task What_cannot_be_measured_is_a_usage_fault(params string[] arguments)
    {
        (int exitCode, string said) = await Executable.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "sensor-pipeline.dll"), "bench", .. arguments]);
        Assert.True(exitCode == 2, said);
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
