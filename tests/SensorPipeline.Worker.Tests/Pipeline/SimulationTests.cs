using System.Globalization;
using SensorPipeline.Worker.Tests.Pipeline.Simulated;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline;

/// <summary>The service as a whole under everything that can end it, each course from one seed. <c>SIMULATION_SEEDS</c> makes it as long as wanted, <c>SIMULATION_FIRST</c> begins elsewhere.</summary>
public class SimulationTests
{
    [Fact]
    public void Whatever_happens_nothing_acknowledged_is_lost_nothing_counts_twice_and_every_event_is_told()
    {
        int first = Number("SIMULATION_FIRST", 0);
        int seeds = Number("SIMULATION_SEEDS", 200);
        var totals = new SimulatedPlant.Tally();
        for (int seed = first; seed < first + seeds; seed++)
        {
            try
            {
                using var plant = new SimulatedPlant(seed, totals);
                plant.Run(lives: 5);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}: {failure}");
            }
        }

        // A test of crashes that never happened would prove nothing.
        TestContext.Current.TestOutputHelper?.WriteLine(totals.ToString());
        totals.AssertCovers(seeds);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
