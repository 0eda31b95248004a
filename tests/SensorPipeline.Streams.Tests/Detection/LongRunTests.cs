using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using Xunit;

namespace SensorPipeline.Streams.Tests.Detection;

/// <summary>Whether the budget is kept. LONG_RUN_DAYS=30 runs the long form, which prints a table.</summary>
public class LongRunTests
{
    public static TheoryData<string> Families => [.. NoiseFamily.All.Select(family => family.Name)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Episodes_on_a_stream_in_order_keep_to_the_budget(string name)
    {
        double days = double.TryParse(Environment.GetEnvironmentVariable("LONG_RUN_DAYS"), System.Globalization.CultureInfo.InvariantCulture, out double asked) ? asked : 1;
        const int Sensors = 4;
        NoiseFamily family = NoiseFamily.All.Single(family => family.Name == name);
        long[] episodes = LongRun.Episodes(family, days, Sensors, seed: 1);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name,-13}{episodes.Sum() / (days * Sensors),7:F2}   " + string.Join("  ", episodes.Select((count, kind) => $"{StreamEvent.Name((EventKind)kind)} {count / (days * Sensors):F2}")));
        Assert.InRange(episodes.Sum(), 0.1 * days * Sensors, 5 * days * Sensors);
        Assert.Equal(EpisodeCounts.Kinds, episodes.Length);
    }
}
