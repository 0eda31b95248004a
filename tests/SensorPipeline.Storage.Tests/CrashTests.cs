using System.Globalization;

namespace SensorPipeline.Storage.Tests;

/// <summary>Random services on random disks, each from one seed. The number of seeds can be raised to run for hours: <c>CRASH_SEEDS</c>.</summary>
public sealed class CrashTests
{
    private static int Seeds =>
        int.TryParse(Environment.GetEnvironmentVariable("CRASH_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int seeds) ? seeds : 2000;

    [Theory]
    [InlineData(Durability.Durable)]
    [InlineData(Durability.Relaxed)]
    public void Whatever_ends_the_process_nothing_promised_is_lost_and_nothing_is_invented(Durability durability)
    {
        var totals = new SimulatedService.Tally();
        for (int seed = 0; seed < Seeds; seed++)
        {
            try
            {
                new SimulatedService(seed, durability, totals).Run(lives: 6);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}, {durability}: {failure}");
            }
        }

        // A test of crashes that never happened would prove nothing.
        TestContext.Current.TestOutputHelper?.WriteLine(totals.ToString());
        totals.AssertCovers(Seeds);
    }

    [Fact]
    public void Equal_seeds_take_equal_courses()
    {
        Assert.Equal(Course(7), Course(7));
        Assert.NotEqual(Course(7), Course(8));
    }

    private static string Course(int seed)
    {
        var service = new SimulatedService(seed, Durability.Durable, new SimulatedService.Tally());
        service.Run(lives: 6);
        return string.Join('\n', service.Operations);
    }
}
