using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;
using Xunit;

namespace SensorPipeline.Streams.Tests.Mixtures;

public class MixtureKernelTests
{
    private static readonly GraphOptions Options = new()
    {
        Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = 1 },
        Mixtures = [new MixtureOptions { Name = "boiler", Members = ["#"], Lateness = TimeSpan.Zero, MaximumComponents = 4 }],
    };

    [Fact]
    public void Cuts_and_a_restart_at_any_frame_show_nowhere_with_members_missing()
    {
        Recording recording = Boiler(1, 1500, (frame, member) => member == 1 && frame % 7 < 3);
        List<string> whole = recording.Run(Options).Lines;
        Assert.Equal(whole, recording.Run(Options, 1, 13, 400).Lines);
        using var graph = new SensorGraph(Options);
        int half = recording.Inputs.Count / 2;
        List<string> lines = recording.Run(graph, 0, half).Lines;
        using SensorGraph restored = Recording.Restore(Options, Recording.Snapshot(graph));
        Assert.Equal(whole, [.. lines, .. recording.Run(restored, half, recording.Inputs.Count).Lines]);
    }

    [Fact]
    public void A_member_that_dies_does_not_stop_the_mixture()
    {
        Transcript transcript = Boiler(2, 3000, (frame, member) => member == 1 && frame > 1000).Run(Options);
        Assert.True(transcript.Regimes.Count > 2800);
        Assert.Contains(transcript.Models, model => model.IsRefit && model.Frames > 2500);
        MixtureModel last = transcript.Models[^1];
        Assert.Equal(2, last.Weights.Length);
        // What was known of the dead member stays.
        Assert.Equal([10.0, 20.0], last.Means.Select(mean => mean[1]).Order(), (a, b) => Math.Abs(a - b) < 1);
    }

    [Fact]
    public void The_tail_probability_is_the_share_of_frames_below_it()
    {
        Transcript transcript = Boiler(3, 8000).Run(Options);
        double[] p = [.. transcript.Regimes.Skip(2000).Select(regime => regime.TailProbability)];
        foreach (double share in (double[])[0.3, 0.1, 0.03, 0.01])
        {
            Assert.InRange(p.Count(value => value < share) / (share * p.Length), 0.7, 1.4);
        }
    }

    [Fact]
    public void A_group_that_moves_between_regimes_says_so_once_a_move_and_raises_no_other_alarm()
    {
        Transcript transcript = Boiler(4, 6000).Run(Options);
        StreamEvent[] told = [.. transcript.Events.Where(happened => happened.GroupIndex >= 0)];
        // It moves every 250 frames; those of the first refit are not yet seen.
        Assert.InRange(told.Count(happened => happened.Kind == EventKind.RegimeChange), 20, 24);
        // The second regime is novel when it is first seen.
        StreamEvent novel = Assert.Single(told, happened => happened.Kind == EventKind.Novel);
        Assert.InRange((novel.Time - Recording.At(250)).TotalSeconds, 0, 10);
    }

    [Fact]
    public void A_group_that_hops_among_its_components_from_frame_to_frame_raises_no_alarm()
    {
        var recording = new Recording();
        var random = new Random(5);
        for (int frame = 0; frame < 6000; frame++)
        {
            Read(recording, random, frame, random.NextDouble() < 0.4 ? 10 : 0);
        }

        Assert.DoesNotContain(recording.Run(Options).Events, happened => happened.GroupIndex >= 0);
    }

    [Fact]
    public void A_state_never_seen_is_novel_once_and_then_a_regime_with_a_new_label()
    {
        var recording = new Recording();
        var random = new Random(6);
        for (int frame = 0; frame < 3000; frame++)
        {
            Read(recording, random, frame, frame is >= 1500 and < 2400 ? 30 : frame / 250 % 2 * 10);
        }

        Transcript transcript = recording.Run(Options);
        StreamEvent novel = Assert.Single(transcript.Events, happened => happened.Kind == EventKind.Novel && happened.Time >= Recording.At(1000));
        Assert.InRange((novel.Time - Recording.At(1500)).TotalSeconds, 0, 10);
        int[] labels = transcript.Models.Last(model => model.Frames < 2400).Labels;
        Assert.Equal([0, 1, 2], labels.Order());
    }

    [Fact]
    public void A_regime_that_was_gone_for_longer_than_the_window_has_its_label_again()
    {
        var recording = new Recording();
        var random = new Random(7);
        for (int frame = 0; frame < 6000; frame++)
        {
            bool isAway = frame is >= 1000 and < 4500;
            Read(recording, random, frame, isAway ? 0 : random.NextDouble() < 0.4 ? 10 : 0);
        }

        Transcript transcript = recording.Run(Options);
        MixtureModel before = transcript.Models.Last(model => model.Frames < 1000), away = transcript.Models.Last(model => model.Frames < 4500), after = transcript.Models[^1];
        Assert.Single(away.Labels);
        Assert.Equal(before.Labels.Order(), after.Labels.Order());
        Assert.Equal(LabelNear(before, 20), LabelNear(after, 20));
    }

    [Fact]
    public void Labels_last_through_the_refits_of_a_drifting_stream()
    {
        var recording = new Recording();
        var random = new Random(8);
        for (int frame = 0; frame < 7000; frame++)
        {
            Read(recording, random, frame, (random.NextDouble() < 0.4 ? 10 : 0) + (frame * 0.002));
        }

        Transcript transcript = recording.Run(Options);
        MixtureModel[] settled = [.. transcript.Models.Where(model => model.IsRefit && model.Frames > 300)];
        Assert.True(settled.Length > 20);
        Assert.All(settled, model => Assert.Equal(settled[0].Labels.Order(), model.Labels.Order()));
        Assert.All(settled, model => Assert.Equal(LabelNear(settled[0], 0), model.Labels[Array.IndexOf(model.Means, model.Means.MinBy(mean => mean[0])!)]));
    }

    [Fact]
    public void A_refit_on_noise_does_not_take_the_place_of_the_model_in_force()
    {
        var recording = new Recording();
        var random = new Random(9);
        for (int frame = 0; frame < 8000; frame++)
        {
            Read(recording, random, frame, random.NextDouble() < 0.4 ? 10 : 0);
        }

        Transcript transcript = recording.Run(Options);
        // Of some thirty refits once the model has settled one in twenty by chance; each of them is told of, whether it is taken or not.
        Assert.InRange(transcript.Models.Count(model => model.IsRefit && model.Frames > 1000), 0, 4);
        Assert.True(transcript.Models.Count(model => !model.IsRefit && model.Frames > 1000 && model.Frames % 500 != 0) > 20);
        Assert.Equal(2, transcript.Models[^1].Weights.Length);
    }

    [Fact]
    public void A_change_of_law_is_in_force_with_the_next_refit()
    {
        var recording = new Recording();
        var random = new Random(10);
        for (int frame = 0; frame < 3000; frame++)
        {
            // The members move together and then against each other; no frame lies where none has been before.
            double common = Normal(random), other = frame < 2000 ? common : -common;
            recording.Read("boiler/flow", frame, common + (0.5 * Normal(random)));
            recording.Read("boiler/return", frame, other + (0.5 * Normal(random)));
        }

        Transcript transcript = recording.Run(Options);
        MixtureModel taken = transcript.Models.First(model => model.IsRefit && model.Frames > 2000);
        Assert.InRange(taken.Frames, 2001, 2350);
        Assert.Contains(taken.Covariances, covariance => covariance[0][1] < -0.5);
    }

    [Fact]
    public void A_component_is_born_long_before_the_refit_that_would_find_it_and_keeps_its_label_then()
    {
        var recording = new Recording();
        var random = new Random(11);
        for (int frame = 0; frame < 4000; frame++)
        {
            Read(recording, random, frame, frame >= 2000 && frame % 4 == 0 ? 30 : 0);
        }

        GraphOptions seldom = Options with { Mixtures = [Options.Mixtures[0] with { Refit = TimeSpan.FromSeconds(3000) }] };
        Transcript transcript = recording.Run(seldom);
        MixtureModel born = transcript.Models.First(model => model.Frames > 2000 && model.Weights.Length == 2);
        Assert.False(born.IsRefit);
        Assert.InRange(born.Frames, 2030, 2060);
        Assert.Equal([0, 1], born.Labels);
        Assert.Equal(1, LabelNear(transcript.Models[^1], 40));
    }

    [Fact]
    public void A_restart_with_a_component_just_born_or_a_refit_on_trial_shows_nowhere()
    {
        Recording recording = Boiler(12, 900);
        List<string> whole = recording.Run(Options).Lines;
        // The second regime begins with input 504.
        foreach (int at in (int[])[300, 515, 520, 526, 540, 700, 1100])
        {
            using var graph = new SensorGraph(Options);
            List<string> lines = recording.Run(graph, 0, at).Lines;
            using SensorGraph restored = Recording.Restore(Options, Recording.Snapshot(graph));
            Assert.Equal(whole, [.. lines, .. recording.Run(restored, at, recording.Inputs.Count).Lines]);
        }
    }

    [Fact]
    public void Regimes_with_fat_tails_have_Student_components_and_a_tail_probability_that_holds()
    {
        var recording = new Recording();
        var random = new Random(13);
        for (int frame = 0; frame < 6000; frame++)
        {
            double level = random.NextDouble() < 0.4 ? 20 : 0, stretch = Math.Sqrt(2 / -(Math.Log(1 - random.NextDouble()) + Math.Log(1 - random.NextDouble())));
            double common = Normal(random), other = Normal(random);
            recording.Read("boiler/flow", frame, level + (stretch * common));
            recording.Read("boiler/return", frame, level + 10 + (stretch * ((0.6 * common) + (0.8 * other))));
        }

        Transcript transcript = recording.Run(Options);
        MixtureModel last = transcript.Models[^1];
        Assert.Equal(2, last.Weights.Length);
        Assert.InRange(last.DegreesOfFreedom, 3, 5.5);
        // Student's law with four degrees of freedom has twice its scale matrix as covariance.
        Assert.All(last.Covariances, covariance => Assert.InRange(covariance[0][0], 1.4, 2.8));
        double[] p = [.. transcript.Regimes.Skip(2000).Select(regime => regime.TailProbability)];
        foreach (double share in (double[])[0.3, 0.1, 0.01])
        {
            Assert.InRange(p.Count(value => value < share) / (share * p.Length), 0.7, 1.4);
        }

        Assert.True(double.IsPositiveInfinity(Boiler(14, 1500).Run(Options).Models[^1].DegreesOfFreedom));
    }

    /// <summary>Two regimes, 250 frames each in turn.</summary>
    private static Recording Boiler(int seed, int frames, Func<int, int, bool>? isMissing = null)
    {
        var recording = new Recording();
        var random = new Random(seed);
        for (int frame = 0; frame < frames; frame++)
        {
            Read(recording, random, frame, frame / 250 % 2 * 10, isMissing);
        }

        return recording.End(frames);
    }

    /// <summary>Two members at a level and at 10 above it, with noise that they share in part.</summary>
    private static void Read(Recording recording, Random random, int frame, double level, Func<int, int, bool>? isMissing = null)
    {
        double common = Normal(random), other = Normal(random);
        if (isMissing?.Invoke(frame, 0) != true)
        {
            recording.Read("boiler/flow", frame, level + common);
        }

        if (isMissing?.Invoke(frame, 1) != true)
        {
            recording.Read("boiler/return", frame, level + 10 + (0.6 * common) + (0.8 * other));
        }
    }

    private static int LabelNear(MixtureModel model, double level) => model.Labels[Array.IndexOf(model.Means, model.Means.MinBy(mean => Math.Abs(mean[1] - level))!)];

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
