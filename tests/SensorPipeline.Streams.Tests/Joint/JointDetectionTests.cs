using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Results;
using Xunit;

namespace SensorPipeline.Streams.Tests.Joint;

public class JointDetectionTests
{
    private static readonly JointOptions EveryMember = new() { PredictsEveryMember = true };

    [Fact]
    public void The_member_with_a_fault_of_its_own_is_named_first()
    {
        int named = 0, faults = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            int members = 4 + (seed % 6);
            var group = new SyntheticGroup(seed, members, persistence: seed % 3 * 0.4);
            var joint = new JointHarness(members);
            var choice = new Random(seed);
            int faulty = choice.Next(members);
            double size = (5 + (3 * choice.NextDouble())) * (choice.Next(2) == 0 ? -1 : 1);
            var blamed = new Dictionary<int, int>();
            for (int t = 0; t < 640; t++)
            {
                double[] row = group.Next();
                row[faulty] += t >= 600 ? size * group.Scales[faulty] : 0;
                JointState state = joint.Feed(row);
                if (t >= 600)
                {
                    blamed[state.Blame] = blamed.GetValueOrDefault(state.Blame) + 1;
                }
            }

            faults++;
            named += blamed.MaxBy(pair => pair.Value).Key == faulty ? 1 : 0;
        }

        Assert.True(named >= 0.97 * faults, $"{named} of {faults}");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.7)]
    [InlineData(0.9)]
    public void Of_ordinary_frames_a_share_has_a_tail_probability_below_that_share(double persistence)
    {
        int frames = 0, below10 = 0, below1 = 0;
        for (int seed = 100; seed < 104; seed++)
        {
            var group = new SyntheticGroup(seed, members: 6, persistence);
            var joint = new JointHarness(6);
            for (int t = 0; t < 12_000; t++)
            {
                double p = joint.Feed(group.Next()).TailProbability;
                frames += t >= 2000 ? 1 : 0;
                below10 += t >= 2000 && p < 0.1 ? 1 : 0;
                below1 += t >= 2000 && p < 0.01 ? 1 : 0;
            }
        }

        Assert.InRange((double)below10 / frames, 0.07, 0.13);
        Assert.InRange((double)below1 / frames, 0.005, 0.02);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void Ordinary_behaviour_raises_about_as_many_episodes_as_the_rate_allows(double persistence)
    {
        long episodes = 0;
        for (int seed = 200; seed < 204; seed++)
        {
            var group = new SyntheticGroup(seed, members: 6, persistence);
            var joint = new JointHarness(6, rate: 1e-3);
            for (int t = 0; t < 12_000; t++)
            {
                joint.Feed(group.Next());
            }

            episodes += joint.Kernel.EpisodesOf(0);
        }

        Assert.InRange(episodes, 48 / 6, 48 * 3);
    }

    [Fact]
    public void An_episode_lasts_as_long_as_the_shift_and_ends_with_it()
    {
        int held = 0, after = 0, seeds = 0;
        for (int seed = 300; seed < 320; seed++)
        {
            var group = new SyntheticGroup(seed, members: 8, persistence: 0.3);
            var joint = new JointHarness(8);
            for (int t = 0; t < 1200; t++)
            {
                double[] row = group.Next();
                row[seed % 8] += t is >= 600 and < 1000 ? 5 * group.Scales[seed % 8] : 0;
                bool isOutlier = joint.Feed(row).IsOutlier;
                held += isOutlier && t is >= 610 and < 1000 ? 1 : 0;
                after += isOutlier && t >= 1040 ? 1 : 0;
            }

            seeds++;
        }

        Assert.True(held >= 0.95 * 390 * seeds, $"{held} of {390 * seeds}");
        Assert.True(after <= 0.05 * 160 * seeds, $"{after} of {160 * seeds}");
    }

    [Fact]
    public void A_member_that_repeats_old_readings_is_found_though_it_stays_in_its_range()
    {
        for (int seed = 400; seed < 410; seed++)
        {
            var group = new SyntheticGroup(seed, members: 6, persistence: 0);
            var joint = new JointHarness(6);
            var past = new Queue<double>();
            bool before = false, found = false;
            for (int t = 0; t < 800; t++)
            {
                double[] row = group.Next();
                double alike = (row[1] - 10) + (0.2 * group.Scales[1] / group.Scales[2] * (row[2] - 20));
                past.Enqueue(alike);
                row[0] = t >= 700 ? past.Dequeue() : alike;
                row[2] = row[3] / 2;
                bool isOutlier = joint.Feed(row).IsOutlier;
                before |= isOutlier && t is >= 600 and < 700;
                found |= isOutlier && t >= 700;
            }

            Assert.False(before, $"seed {seed}");
            Assert.True(found, $"seed {seed}");
        }
    }

    [Fact]
    public void A_change_that_stays_is_adopted()
    {
        var group = new SyntheticGroup(seed: 500, members: 5, persistence: 0.3);
        var joint = new JointHarness(5);
        JointState state = default;
        for (int t = 0; t < 3000; t++)
        {
            double[] row = group.Next();
            row[2] += t >= 800 ? 6 * group.Scales[2] : 0;
            state = joint.Feed(row);
            Assert.True(t is not (>= 820 and < 1300) || state.IsOutlier, $"frame {t}");
        }

        Assert.False(state.IsOutlier);
        Assert.Equal([EventKind.Outlier, EventKind.Recovered], joint.Events.Select(happened => happened.Kind));
        Assert.Equal(2, joint.Events[0].Sensor);
        Assert.Contains("room/m2 reads", joint.Events[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stationary")]
    [InlineData("drifting")]
    [InlineData("fat tails")]
    public void Ninety_percent_intervals_of_a_hidden_member_hold_nine_in_ten(string kind)
    {
        for (int seed = 600; seed < 604; seed++)
        {
            var group = new SyntheticGroup(seed, members: 6, persistence: 0.8);
            var random = new Random(seed);
            var joint = new JointHarness(6, EveryMember);
            double[] drift = new double[6];
            int[] inside = new int[6];
            for (int t = 0; t < 2000; t++)
            {
                double[] row = group.Next();
                for (int i = 0; i < 6; i++)
                {
                    drift[i] += kind == "drifting" ? 0.1 * (random.NextDouble() - 0.5) : 0;
                    double spike = kind == "fat tails" ? 0.05 / (random.NextDouble() + 0.01) : 0;
                    row[i] += group.Scales[i] * (drift[i] + spike);
                }

                joint.Feed(row);
                for (int i = 0; i < 6 && t >= 200; i++)
                {
                    MemberPrediction prediction = joint.Output.Predictions[i];
                    inside[i] += Math.Abs(row[i] - prediction.Mean) <= 1.6448536 * prediction.StandardDeviation ? 1 : 0;
                }
            }

            Assert.All(inside, count => Assert.InRange(count / 1800.0, 0.88, 0.92));
        }
    }
}
