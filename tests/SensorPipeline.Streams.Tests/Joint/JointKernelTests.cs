using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;
using Xunit;

namespace SensorPipeline.Streams.Tests.Joint;

public class JointKernelTests
{
    private static readonly JointOptions Boiler = new()
    {
        Name = "boiler",
        Members = ["boiler/+"],
        Lateness = TimeSpan.Zero,
        PredictsEveryMember = true,
        Derived = [new DerivedChannel("deltaT", "m0 - m1"), new DerivedChannel("unbound", "m0 + nobody")],
    };

    private static readonly GraphOptions Options = new() { Joint = [Boiler] };

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(3, 1, 250, 2)]
    public void Where_inputs_are_cut_into_batches_shows_nowhere(params int[] cuts)
    {
        Recording recording = Disturbed();
        Transcript whole = recording.Run(Options);
        Assert.Contains(whole.Joints, state => state.IsOutlier);
        Assert.Contains(whole.Predictions, prediction => prediction.IsImputed);
        Assert.Equal(whole.Lines, recording.Run(Options, cuts).Lines);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(1501)]
    [InlineData(2750)]
    public void A_restored_graph_goes_on_to_the_last_bit(int at)
    {
        Recording recording = Disturbed();
        using var graph = new SensorGraph(Options);
        recording.Run(graph, 0, at);
        using SensorGraph restored = Recording.Restore(Options, Recording.Snapshot(graph));
        Transcript expected = recording.Run(graph, at, recording.Inputs.Count);
        Assert.Equal(expected.Lines, recording.Run(restored, at, recording.Inputs.Count).Lines);
        Assert.Equal(Recording.Snapshot(graph), Recording.Snapshot(restored));
    }

    [Fact]
    public void A_snapshot_of_another_group_is_refused()
    {
        var large = new JointHarness(5);
        large.Feed([1, 2, 3, 4, 5]);
        byte[] snapshot = large.Snapshot();
        Assert.Throws<InvalidDataException>(() =>
        {
            var reader = new SnapshotReader(snapshot);
            new JointHarness(3).Kernel.Load(ref reader);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void Every_frame_gets_one_state_and_ordinary_ones_are_scored(int members)
    {
        var group = new SyntheticGroup(seed: 5, members, persistence: 0.5);
        var joint = new JointHarness(members);
        for (int t = 0; t < 400; t++)
        {
            JointState state = joint.Feed(group.Next());
            Assert.Equal(1, joint.Output.States.Count);
            Assert.Equal(t < 96, double.IsNaN(state.TailProbability));
            Assert.InRange(state.Score, 0, 1);
        }
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("huge")]
    [InlineData("identical")]
    [InlineData("singular")]
    [InlineData("absent")]
    [InlineData("alternating")]
    [InlineData("wild start")]
    public void Hostile_members_leave_finite_answers_for_the_others(string kind)
    {
        var group = new SyntheticGroup(seed: 9, members: 4, persistence: 0.7);
        var joint = new JointHarness(4, new JointOptions { PredictsEveryMember = true });
        for (int t = 0; t < 1500; t++)
        {
            double[] row = group.Next();
            row[3] = kind switch
            {
                "constant" => 21,
                "huge" => row[3] * 1e300,
                "identical" => row[0],
                "singular" => row[0] - (2 * row[1]) + row[2],
                "absent" => double.NaN,
                "alternating" => t % 2 == 0 ? double.NaN : row[3],
                _ => t == 0 ? double.MaxValue : row[3],
            };
            row[2] = kind == "alternating" && t % 2 == 1 ? double.NaN : row[2];
            JointState state = joint.Feed(row);
            Assert.True(t < 200 || double.IsFinite(state.TailProbability), $"frame {t}");
            Assert.All(joint.Output.Predictions.Items.ToArray(), prediction =>
            {
                Assert.True(double.IsFinite(prediction.Mean), $"{prediction} in frame {t}");
                Assert.True(prediction.StandardDeviation > 0, $"{prediction} in frame {t}");
            });
        }

        Assert.True(joint.Kernel.EpisodesOf(0) <= 2);
    }

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        var group = new SyntheticGroup(seed: 4, members: 8, persistence: 0);
        var joint = new JointHarness(8, new JointOptions { Derived = [new DerivedChannel("d", "m0 - m1")] });
        double[][] rows = [.. Enumerable.Range(0, 2000).Select(t => group.Next())];
        foreach (double[] row in rows.AsSpan(0, 1000))
        {
            row[4] = row[0] > 0 ? row[4] : double.NaN;
            joint.Feed(row);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        int events = joint.Events.Count;
        foreach (double[] row in rows.AsSpan(1000))
        {
            joint.Feed(row);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(events, joint.Events.Count);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Predictions_that_stand_for_a_reading_are_never_learned()
    {
        var group = new SyntheticGroup(seed: 11, members: 4, persistence: 0.3);
        var joint = new JointHarness(4);
        for (int t = 0; t < 800; t++)
        {
            joint.Feed(group.Next());
        }

        MultivariateGaussian before = joint.Kernel.Marginal(0, 2)!;
        for (int t = 0; t < 2000; t++)
        {
            double[] row = group.Next();
            row[2] = double.NaN;
            joint.Feed(row);
            Assert.True(joint.Output.Predictions[0].IsImputed);
        }

        MultivariateGaussian after = joint.Kernel.Marginal(0, 2)!;
        Assert.Equal(before.Mean[0], after.Mean[0]);
        Assert.Equal(before.Covariance[0], after.Covariance[0]);
    }

    [Fact]
    public void A_derived_channel_carries_the_joint_variance_of_its_members()
    {
        var group = new SyntheticGroup(seed: 21, members: 3, persistence: 0);
        var joint = new JointHarness(3, new JointOptions { Derived = [new DerivedChannel("d", "2 * m0 - m1 + 7"), new DerivedChannel("e", "m0 + nobody")] });
        double[] row = [];
        for (int t = 0; t < 600; t++)
        {
            row = group.Next();
            joint.Feed(row);
        }

        ReadOnlySpan<double> c = joint.Kernel.Marginal(0)!.Covariance;
        DerivedValue derived = joint.Output.Derived[0];
        Assert.Equal((2 * row[0]) - row[1] + 7, derived.Value, 9);
        Assert.False(derived.IsImputed);
        Assert.Equal(Math.Sqrt((4 * c[0]) - (4 * c[1]) + c[4]), derived.StandardDeviation, 0.05 * derived.StandardDeviation);
        Assert.True(double.IsNaN(joint.Output.Derived[1].Value));

        double certain = derived.StandardDeviation;
        row = group.Next();
        row[1] = double.NaN;
        joint.Feed(row);
        Assert.True(joint.Output.Derived[0].IsImputed);
        Assert.Equal((2 * row[0]) - joint.Output.Predictions[0].Mean + 7, joint.Output.Derived[0].Value, 9);
        Assert.True(joint.Output.Derived[0].StandardDeviation > certain);
    }

    private static Recording Disturbed()
    {
        var group = new SyntheticGroup(seed: 1, members: 4, persistence: 0.6);
        var recording = new Recording();
        for (int t = 0; t < 1000; t++)
        {
            double[] row = group.Next();
            row[1] += t is > 500 and < 700 ? 8 * group.Scales[1] : 0;
            for (int i = 0; i < 4; i++)
            {
                if (i != 2 || t % 5 != 0 || t < 200)
                {
                    recording.Read($"boiler/m{i}", t, row[i]);
                }
            }
        }

        return recording.End(1001);
    }
}
