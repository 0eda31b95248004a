using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;
using Xunit;

namespace SensorPipeline.Streams.Tests.Graph;

public class SensorGraphTests
{
    private static readonly GraphOptions Options = new()
    {
        Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = 50, Memory = 100 },
        Fusion = [new FusionOptions { Name = "{room}", Members = ["{room}/temperature/+"] }],
        Mixtures = [new MixtureOptions { Name = "boiler", Members = ["boiler/#"], Refit = TimeSpan.FromSeconds(60), MaximumComponents = 3 }],
    };

    [Fact]
    public void Where_the_inputs_are_cut_into_batches_shows_nowhere_in_the_results()
    {
        Recording recording = House(seed: 1);
        Transcript whole = recording.Run(Options);
        var random = new Random(2);
        Assert.Equal(whole.Lines, recording.Run(Options, 1).Lines);
        Assert.Equal(whole.Lines, recording.Run(Options, 1000).Lines);
        Assert.Equal(whole.Lines, recording.Run(Options, [.. Enumerable.Range(0, 500).Select(_ => random.Next(1, 60))]).Lines);
    }

    [Fact]
    public void The_recording_exercises_every_kind_of_result()
    {
        Transcript transcript = House(seed: 1).Run(Options);
        Assert.NotEmpty(transcript.Judgements);
        Assert.NotEmpty(transcript.Events);
        Assert.NotEmpty(transcript.Estimates);
        Assert.NotEmpty(transcript.Models);
        Assert.NotEmpty(transcript.Regimes);
    }

    [Fact]
    public void Every_reading_is_judged_once_and_counted_once()
    {
        Recording recording = House(seed: 3);
        using var graph = new SensorGraph(Options);
        Transcript transcript = recording.Run(graph, 0, recording.Inputs.Count, 7);
        int readings = recording.Inputs.Inputs.ToArray().Count(input => input.Kind == InputKind.Reading);
        Assert.Equal(readings, transcript.Judgements.Count);
        Assert.Equal(readings, graph.Sensors.Accepted);
        Assert.Equal(readings, Enumerable.Range(0, graph.Names.Count).Sum(sensor => graph.Sensors.Summarise(sensor).Count));
    }

    [Fact]
    public void Results_come_in_the_order_of_the_inputs_that_caused_them()
    {
        Transcript transcript = House(seed: 4).Run(Options, 100);
        Assert.Equal(transcript.Judgements.Select(judgement => judgement.Sequence).Order(), transcript.Judgements.Select(judgement => judgement.Sequence));
        Assert.Equal(transcript.Estimates.Select(estimate => estimate.Sequence).Order(), transcript.Estimates.Select(estimate => estimate.Sequence));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(777)]
    [InlineData(2500)]
    [InlineData(4001)]
    public void A_graph_restored_from_a_snapshot_continues_to_the_last_bit(int at)
    {
        Recording recording = House(seed: 5);
        using var uninterrupted = new SensorGraph(Options);
        Transcript expected = recording.Run(uninterrupted, 0, recording.Inputs.Count, 50);

        using var first = new SensorGraph(Options);
        Transcript before = recording.Run(first, 0, at, 50);
        using SensorGraph second = Recording.Restore(Options, Recording.Snapshot(first));
        Transcript after = recording.Run(second, at, recording.Inputs.Count, 50);

        Assert.Equal(expected.Lines, [.. before.Lines, .. after.Lines]);
        Assert.Equal(Recording.Snapshot(uninterrupted), Recording.Snapshot(second));
    }

    [Fact]
    public void Options_that_change_on_the_way_judge_what_comes_behind_them_and_nothing_before()
    {
        const int At = 2000;
        Recording house = House(seed: 9);
        GraphOptions changed = Options with { Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = 5000 }, Fusion = [new FusionOptions { Name = "all", Members = ["+/temperature/+"] }], Mixtures = [] };
        var recording = new Recording();
        recording.Inputs.Append(house.Inputs, 0, At);
        recording.Inputs.AddOptions(changed.ToJson(), EventTime.None);
        recording.Inputs.Append(house.Inputs, At, house.Inputs.Count - At);

        using var graph = new SensorGraph(Options);
        Transcript before = house.Run(graph, 0, At);
        using var unchanged = new SensorGraph(Options);
        house.Run(unchanged, 0, house.Inputs.Count);
        using var whole = new SensorGraph(Options);
        Transcript all = recording.Run(whole, 0, recording.Inputs.Count);

        Assert.Equal(before.Lines, all.Lines.Take(before.Lines.Count));
        Assert.Equal(house.Inputs.Inputs.ToArray().Count(input => input.Kind == InputKind.Reading), all.Judgements.Count);
        Assert.True(RangeOfFirst(whole) < RangeOfFirst(unchanged));
        Assert.Equal(["all"], whole.Groups.Groups.Select(group => group.Name));
        Assert.Contains(all.Estimates, estimate => estimate.Sequence > At);
        Assert.DoesNotContain(all.Regimes, regime => regime.Sequence > At);
        Assert.Equal(all.Lines, recording.Run(Options, 1).Lines);
        Assert.Equal(all.Lines, recording.Run(Options, 777).Lines);
    }

    private static double RangeOfFirst(SensorGraph graph) => graph.Sensors.Summarise(0).Upper - graph.Sensors.Summarise(0).Lower;

    [Fact]
    public void A_graph_saved_right_behind_a_change_of_its_groups_continues_to_the_last_bit()
    {
        Recording house = House(seed: 10);
        GraphOptions grouped = Options with { Joint = [new JointOptions { Name = "house", Members = ["#"] }] };
        var change = new InputBatch { FirstSequence = 2000 };
        change.AddOptions(grouped.ToJson(), EventTime.None);
        using var first = new SensorGraph(Options);
        house.Run(first, 0, 2000);
        first.Process(change);
        using SensorGraph second = Recording.Restore(grouped, Recording.Snapshot(first));
        Assert.Equal(house.Run(first, 2000, house.Inputs.Count, 50).Lines, house.Run(second, 2000, house.Inputs.Count, 50).Lines);
    }

    [Fact]
    public void Options_that_are_said_again_change_nothing()
    {
        Recording house = House(seed: 9);
        var recording = new Recording();
        recording.Inputs.Append(house.Inputs, 0, house.Inputs.Count);
        recording.Inputs.AddOptions(Options.ToJson(), EventTime.None);
        using var expected = new SensorGraph(Options);
        house.Run(expected, 0, house.Inputs.Count);
        using var graph = new SensorGraph(Options);
        recording.Run(graph, 0, recording.Inputs.Count, 100);
        Assert.Equal(Recording.Snapshot(expected), Recording.Snapshot(graph));
    }

    [Fact]
    public void A_damaged_snapshot_is_refused_and_never_read_beyond_its_end()
    {
        Recording recording = House(seed: 6);
        using var graph = new SensorGraph(Options);
        recording.Run(graph, 0, 1000);
        byte[] snapshot = Recording.Snapshot(graph);
        for (int length = 0; length < snapshot.Length; length += 101)
        {
            Assert.Throws<InvalidDataException>(() => Recording.Restore(Options, snapshot[..length]).Dispose());
        }
    }

    [Fact]
    public void The_same_inputs_give_the_same_events_with_the_same_identifiers()
    {
        Assert.Equal(
            House(seed: 7).Run(Options, 10).Events.Select(happened => happened.Id),
            House(seed: 7).Run(Options, 333).Events.Select(happened => happened.Id));
        Assert.Distinct(House(seed: 7).Run(Options).Events.Select(happened => happened.Id));
    }

    [Fact]
    public void A_member_that_joins_during_a_refit_and_a_huge_value_disturb_nothing()
    {
        var random = new Random(8);
        var recording = new Recording();
        for (int t = 0; t < 600; t++)
        {
            recording.Read("boiler/flow", t, t == 300 ? 1e308 : 40 + Normal(random));
            recording.Read("boiler/return", t, 30 + Normal(random));
            if (t > 140)
            {
                recording.Read("boiler/power", t, 10 + Normal(random));
            }
        }

        Transcript transcript = recording.End(600).Run(Options, 100);
        Assert.All(transcript.Models, model => Assert.Equal(model.Means[0].Length, model.Members.Length));
        Assert.Equal(1659, transcript.Judgements.Count);
    }

    [Fact]
    public void The_end_of_a_recording_and_a_long_absence_of_the_broker_silence_nobody()
    {
        var recording = new Recording();
        for (int t = 0; t < 100; t++)
        {
            recording.Read("a", t, t % 7);
        }

        recording.Inputs.AddConnectionEpoch(sessionResumed: true, Recording.At(5000));
        recording.Tick(5001).End(5002);
        Assert.DoesNotContain(recording.Run(Options).Events, happened => happened.Kind == Results.EventKind.Silent);
    }

    [Fact]
    public void A_sensor_that_stops_is_silent_once_and_recovers_once()
    {
        var recording = new Recording();
        for (int t = 0; t < 100; t++)
        {
            recording.Read("a", t, t % 7);
        }

        recording.Tick(150).Tick(160).Read("a", 200, 3).Read("a", 201, 4);
        Transcript transcript = recording.Run(Options);
        Assert.Single(transcript.Events, happened => happened.Kind == Results.EventKind.Silent);
        Assert.Single(transcript.Events, happened => happened.Kind == Results.EventKind.Recovered);
    }

    [Fact]
    public void A_group_whose_last_member_falls_silent_is_unavailable_until_one_comes_back()
    {
        var random = new Random(7);
        var recording = new Recording();
        for (int t = 0; t < 400; t++)
        {
            if (t is < 200 or >= 300)
            {
                recording.Read("attic/temperature/0", t, 20 + random.NextDouble());
            }

            if (t is < 150 or >= 320)
            {
                recording.Read("attic/temperature/1", t, 20 + random.NextDouble());
            }

            recording.Tick(t + 0.5);
        }

        Transcript whole = recording.Run(Options);
        FusedEstimate[] unavailable = [.. whole.Estimates.Where(estimate => estimate.Time > Recording.At(100) && estimate.Status == FusionStatus.Unavailable)];
        FusedEstimate silence = Assert.Single(unavailable);
        Assert.True(silence.Time > Recording.At(199) && silence.Time < Recording.At(210));
        Assert.Equal((0, 0, double.NaN, double.NaN), (silence.Members, silence.Gated, silence.Mean, silence.Variance));
        Assert.Contains(whole.Estimates, estimate => estimate.Time == Recording.At(199) && estimate.Status != FusionStatus.Unavailable);
        Assert.Contains(whole.Estimates, estimate => estimate.Time == Recording.At(300) && estimate.Members == 1);
        Assert.Equal(whole.Lines, recording.Run(Options, 1).Lines);
        Assert.Equal(whole.Lines, recording.Run(Options, 37, 500).Lines);
    }

    [Fact]
    public void A_gap_in_which_all_members_were_silent_costs_the_next_frame_nothing()
    {
        var recording = new Recording();
        for (int t = 0; t < 400; t++)
        {
            recording.Read("attic/temperature/0", t < 200 ? t : t + 1000, t % 7).Read("attic/temperature/1", t < 200 ? t : t + 1000, t % 5);
        }

        Transcript transcript = recording.End(2000).Run(Options, 50);
        Assert.Contains(transcript.Estimates, estimate => estimate.Time == Recording.At(1200) && estimate.Members > 0);
        Assert.Equal(401, transcript.Estimates.Count);
        Assert.Single(transcript.Estimates, estimate => estimate.Time > Recording.At(100) && estimate.Status == FusionStatus.Unavailable);
    }

    [Fact]
    public void Members_that_never_differ_are_fused_and_one_clock_in_the_far_future_stops_nobody()
    {
        var recording = new Recording();
        for (int t = 0; t < 300; t++)
        {
            for (int member = 0; member < 3; member++)
            {
                recording.Read($"attic/temperature/{member}", t == 100 && member == 0 ? 1e9 : t, 20.5);
            }
        }

        Transcript transcript = recording.End(300).Run(Options);
        Assert.True(transcript.Estimates.Count(estimate => estimate.Members >= 1 && estimate.Mean == 20.5) > 250);
    }

    [Fact]
    public void What_the_broker_sends_again_after_a_reconnect_counts_once_and_equal_readings_all_count()
    {
        var recording = new Recording();
        recording.Inputs.AddConnectionEpoch(sessionResumed: false, Recording.At(0));
        recording.Read("a", 1, 5, key: new DeliveryKey(1, false, 77)).Read("a", 2, 5, key: new DeliveryKey(2, false, 77));
        recording.Inputs.AddConnectionEpoch(sessionResumed: true, Recording.At(3));
        recording.Read("a", 2, 5, arrival: 3, key: new DeliveryKey(2, true, 77)).Read("a", 3, 5, key: new DeliveryKey(3, false, 77));
        Assert.Equal(3, recording.Run(Options).Judgements.Count);
    }

    // Three thermometers of one room, one of them with outliers, and a boiler that moves between two regimes.
    private static Recording House(int seed)
    {
        var random = new Random(seed);
        var recording = new Recording();
        for (int t = 0; t < 800; t++)
        {
            double truth = 20 + Math.Sin(t / 100.0);
            for (int member = 0; member < 3; member++)
            {
                double spike = member == 1 && t % 150 == 149 ? 8 : 0;
                recording.Read($"attic/temperature/{member}", t, truth + (0.1 * (member + 1) * Normal(random)) + spike);
            }

            double load = t / 200 % 2;
            recording.Read("boiler/flow", t, 40 + (20 * load) + (0.5 * Normal(random)));
            recording.Read("boiler/return", t + 0.0001, 30 + (10 * load) + (0.5 * Normal(random)));
            recording.Tick(t + 0.5);
        }

        return recording.End(800);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
