using System.Globalization;
using SensorPipeline.Streams.Results;
using Xunit;

namespace SensorPipeline.Streams.Tests.Detection;

/// <summary>Whether the budget is kept. LONG_RUN_DAYS=30 runs the long form, which prints a table.</summary>
public class LongRunTests
{
    private const int Sensors = 4;

    private static readonly double Days =
        double.TryParse(Environment.GetEnvironmentVariable("LONG_RUN_DAYS"), CultureInfo.InvariantCulture, out double days) ? days : 1;

    public static TheoryData<string> Families => [.. NoiseFamily.All.Select(family => family.Name)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Episodes_on_a_stream_in_order_keep_to_the_budget_and_each_kind_to_its_share(string name)
    {
        double sensorDays = Days * Sensors;
        long[] episodes = LongRun.Episodes(NoiseFamily.All.Single(family => family.Name == name), Days, Sensors, seed: 1);
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{name,-13}{episodes.Sum() / sensorDays,6:F2}   ")
            + string.Join("  ", episodes.Select((count, kind) => FormattableString.Invariant($"{StreamEvent.Name((EventKind)kind)} {count / sensorDays:F2}"))));
        Assert.True(episodes.Sum() <= MostByChance(3 * sensorDays), $"{episodes.Sum()} episodes in {sensorDays} sensor-days");
        Assert.All(episodes[(int)EventKind.LevelShift..], count => Assert.True(count <= MostByChance(sensorDays), $"{count} of one kind"));
    }

    // A Poisson count of this mean is greater once in a thousand tests.
    private static double MostByChance(double mean) => mean + (3.5 * Math.Sqrt(mean)) + 2;
}
