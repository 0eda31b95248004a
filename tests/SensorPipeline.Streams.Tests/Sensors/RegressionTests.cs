using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Tests.Detection;
using Xunit;

namespace SensorPipeline.Streams.Tests.Sensors;

/// <summary>What users of other systems reported, by symptom.</summary>
public class RegressionTests
{
    private static readonly GraphOptions Options = new() { Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = 1 } };

    [Fact]
    public void A_first_value_that_is_an_outlier_does_not_become_the_norm()
    {
        var random = new Random(1);
        Transcript said = Run([1e6, .. Normals(random, 300, 20), 26]);
        Assert.DoesNotContain(said.Judgements[65..^1], judgement => judgement.IsOutlier);
        Assert.InRange(said.Judgements[^2].Mean, 19, 21);
        Assert.True(said.Judgements[^1].TailProbability < 1e-3, $"p = {said.Judgements[^1].TailProbability}");
    }

    [Fact]
    public void A_rejected_glitch_never_enters_again_by_a_window()
    {
        var random = new Random(2);
        double[] before = Normals(random, 500, 20), after = Normals(random, 1500, 20);
        Transcript said = Run([.. before, 1e9, .. after]), clean = Run([.. before, .. after]);
        Assert.True(said.Judgements[500].IsOutlier);
        Assert.DoesNotContain(said.Judgements[501..], judgement => judgement.IsOutlier);
        Assert.All(said.Judgements[501..].Zip(clean.Judgements[500..]), pair =>
        {
            Assert.Equal(pair.Second.Mean, pair.First.Mean, 0.35);
            Assert.InRange(pair.First.StandardDeviation / pair.Second.StandardDeviation, 0.9, 1.15);
        });
    }

    [Fact]
    public void A_filter_is_not_stuck_for_ever_after_a_step()
    {
        var random = new Random(3);
        Transcript said = Run([.. Normals(random, 1000, 20), .. Normals(random, 1000, 35)]);
        StreamEvent shift = Assert.Single(said.Events, happened => happened.Kind == EventKind.LevelShift);
        Assert.InRange((shift.Time - Recording.At(1000)).TotalSeconds, -1, 1);
        Assert.All(said.Judgements[1060..], judgement => Assert.InRange(judgement.Mean, 33, 37));
        Assert.True(said.Judgements[1060..].Count(judgement => judgement.TailProbability < 0.01) < 40);
    }

    [Fact]
    public void A_step_is_told_once_as_a_shift_that_takes_the_outliers_place()
    {
        var random = new Random(4);
        Transcript said = Run([.. Normals(random, 1000, 20), .. Normals(random, 500, 29)]);
        StreamEvent outlier = Assert.Single(said.Events, happened => happened.Kind == EventKind.Outlier);
        StreamEvent shift = Assert.Single(said.Events, happened => happened.Kind == EventKind.LevelShift);
        Assert.Equal(outlier.Id, shift.Supersedes);
        Assert.Contains("The level moved from", shift.Reason, StringComparison.Ordinal);
        Assert.Single(said.Judgements, judgement => judgement.IsOutlier);
    }

    [Fact]
    public void Equal_consecutive_values_still_count()
    {
        var recording = new Recording();
        for (int t = 0; t < 500; t++)
        {
            recording.Read("a", t, 21.5);
        }

        using var graph = new SensorGraph(Options);
        Transcript said = recording.Run(graph, 0, recording.Inputs.Count);
        Assert.Equal(500, said.Judgements.Count);
        Assert.Equal(500, graph.Sensors.Summarise(0).Count);
    }

    [Fact]
    public void The_standard_deviation_of_a_constant_is_0_and_not_an_error()
    {
        Transcript said = Run([.. Enumerable.Repeat(21.5, 300)]);
        Assert.All(said.Judgements[64..], judgement =>
        {
            Assert.Equal(21.5, judgement.Mean);
            Assert.Equal(0, judgement.StandardDeviation, 1e-9);
            Assert.False(judgement.IsOutlier);
        });
    }

    [Fact]
    public void A_spike_of_60000_early_in_noise_of_20000_to_30000_is_found()
    {
        var random = new Random(5);
        double[] values = [.. Enumerable.Range(0, 300).Select(_ => 20_000 + (10_000 * random.NextDouble()))];
        values[100] = 60_000;
        Transcript said = Run(values, 86_400 * 1e-3);
        Assert.True(said.Judgements[100].IsOutlier, $"p = {said.Judgements[100].TailProbability}");
        Assert.Equal(said.Judgements[100].TailProbability, said.Judgements[64..].Min(judgement => judgement.TailProbability));
    }

    [Fact]
    public void A_sensor_that_rests_at_a_wrong_level_stays_visible()
    {
        var random = new Random(6);
        var recording = new Recording();
        double[] values = [.. Normals(random, 1000, 20), .. Enumerable.Repeat(85.0, 3000)];
        for (int t = 0; t < values.Length; t++)
        {
            recording.Read("a", t, values[t]);
        }

        using var graph = new SensorGraph(Options);
        Transcript said = recording.Run(graph, 0, recording.Inputs.Count);
        Assert.Contains(said.Events, happened => happened.Kind == EventKind.Stuck);
        Assert.DoesNotContain(said.Events, happened => happened.Kind == EventKind.Recovered);
        Assert.Equal(Quality.Bad, graph.Sensors.Summarise(0).Quality);
    }

    [Fact]
    public void A_slow_ramp_is_told_as_a_drift_and_noise_that_doubles_as_a_change_of_the_noise()
    {
        var random = new Random(7);
        double[] calm = Normals(random, 4000, 20);
        Transcript doubled = Run([.. calm, .. Normals(random, 600, 0).Select(x => 20 + (2 * x))]);
        Assert.Contains(doubled.Events, happened => happened.Kind == EventKind.NoiseChange && happened.Reason.Contains("more", StringComparison.Ordinal));
        Transcript ramp = Run([.. calm, .. Normals(random, 3000, 20).Select((x, t) => x + (t / 400.0))]);
        Assert.Contains(ramp.Events, happened => happened.Kind is EventKind.Drift or EventKind.LevelShift);
    }

    private static double[] Normals(Random random, int count, double mean) => [.. Enumerable.Range(0, count).Select(_ => mean + NoiseFamily.Normal(random))];

    private static Transcript Run(double[] values, double perDay = 1) =>
        Recording.Of(values).Run(new GraphOptions { Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = perDay } });
}
