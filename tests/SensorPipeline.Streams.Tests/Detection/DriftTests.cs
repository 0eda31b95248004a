using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;
using Xunit;

namespace SensorPipeline.Streams.Tests.Detection;

/// <summary>A drift is what a stream's level does not do otherwise.</summary>
public class DriftTests
{
    private const double Slope = 1.0 / 400;

    [Fact]
    public void A_slope_is_a_drift_where_the_level_stood_still()
    {
        StreamEvent drift = Assert.Single(Drifts(t => Slope * Math.Clamp(t - 6000, 0, 600)).Take(1));
        Assert.InRange(drift.Time.Ticks, (Recording.Start + TimeSpan.FromSeconds(6000)).Ticks, (Recording.Start + TimeSpan.FromSeconds(7200)).Ticks);
    }

    [Fact]
    public void The_same_slope_is_none_where_the_level_always_moves_so() =>
        Assert.Empty(Drifts(t => Slope * 400 * Math.Sin(t / 400.0)));

    [Fact]
    public void A_step_that_was_told_as_a_shift_is_not_told_again_as_a_drift() => Assert.Empty(Drifts(t => t < 6000 ? 0 : 8));

    private static IEnumerable<StreamEvent> Drifts(Func<int, double> level)
    {
        var recording = new Recording();
        var random = new Random(3);
        for (int t = 0; t < 9000; t++)
        {
            recording.Read("a", t, level(t) + NoiseFamily.Normal(random));
        }

        return recording.Run(new GraphOptions { Detection = new DetectionOptions() }).Events.Where(told => told.Kind == EventKind.Drift);
    }
}
