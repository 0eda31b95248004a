using SensorPipeline.Streams.Results;
using Xunit;
using static SensorPipeline.Streams.Tests.Fusion.FusedGroup;

namespace SensorPipeline.Streams.Tests.Fusion;

public class GroupFusionTests
{
    private const int Count = 3000;
    private const int WarmUp = 500;

    /// <summary>What becomes of the noise-free reading and its noise, by member and time.</summary>
    public delegate double[] Sensors(Random random, double truth, int t);

    public static TheoryData<string, Sensors> Cases => new()
    {
        { "independent", (random, truth, _) => [.. Enumerable.Range(0, 5).Select(_ => truth + Noise(random))] },
        { "a noise that all share", (random, truth, _) => Shared(random, truth, 5) },
        { "one sensor three times and three others", (random, truth, _) => Copied(truth + Noise(random), truth + Noise(random), truth + Noise(random), truth + Noise(random)) },
        { "one biased by a standard deviation", (random, truth, _) => [truth + 1 + Noise(random), .. Enumerable.Range(0, 4).Select(_ => truth + Noise(random))] },
        { "one stuck five standard deviations off", (random, truth, t) => [25, .. Enumerable.Range(0, 4).Select(_ => truth + Noise(random))] },
        { "one that gets stuck", (random, truth, t) => [t < 1000 ? truth + Noise(random) : 25, .. Enumerable.Range(0, 4).Select(_ => truth + Noise(random))] },
        { "nothing but one sensor three times", (random, truth, _) => Copied(truth + Noise(random)) },
        { "a single sensor", (random, truth, _) => [truth + Noise(random)] },
        { "two sensors", (random, truth, _) => [truth + Noise(random), truth + (2 * Noise(random))] },
        { "members that miss every other frame", (random, truth, t) => [.. Enumerable.Range(0, 4).Select(i => Noise(random) is var noise && (i == 0 || random.NextDouble() < 0.5) ? truth + noise : double.NaN)] },
        { "sixty members", (random, truth, _) => [.. Enumerable.Range(0, 60).Select(_ => truth + Noise(random))] },
        { "one a second and one every ten", (random, truth, t) => [truth + Noise(random), t % 10 == 0 ? truth + (0.3 * Noise(random)) : double.NaN] },
        { "two of five whose noise is much the same", (random, truth, _) => Noise(random) is var shared ? [.. Enumerable.Range(0, 5).Select(i => truth + (i < 2 ? (Math.Sqrt(0.8) * shared) + (Math.Sqrt(0.2) * Noise(random)) : Noise(random)))] : [] },
        { "one that becomes five times as noisy", (random, truth, t) => [truth + ((t < Count / 2 ? 0.5 : 2.5) * Noise(random)), .. Enumerable.Range(0, 4).Select(_ => truth + Noise(random))] },
        { "the best is far off in one reading of twelve", (random, truth, _) => [truth + (0.3 * Noise(random)) + (random.Next(12) == 0 ? 10 * Noise(random) : 0), .. Enumerable.Range(0, 4).Select(_ => truth + Noise(random))] },
        { "fat tails", (random, truth, _) => [.. Enumerable.Range(0, 5).Select(_ => truth + (Noise(random) / Math.Sqrt((Squared(random) + Squared(random) + Squared(random)) / 3)))] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Errors_are_as_large_as_claimed_or_smaller(string name, Sensors sensors)
    {
        foreach (int seed in (ReadOnlySpan<int>)[1, 2, 3])
        {
            (FusedGroup group, double[] truth) = Run(seed, sensors);
            double error = group.NormalisedError(truth, WarmUp);
            Assert.True(error <= 1.5, $"{name}, seed {seed}: {error:F2}");
            Assert.True(error >= 0.4, $"{name}, seed {seed}: {error:F2}");
        }
    }

    public static TheoryData<string, double, Func<Sensors>> Correlated => new()
    {
        { "noise that remembers half", 0.05, () => Remembering(5, 0.5) },
        { "noise that remembers half, two members", 0.05, () => Remembering(2, 0.5) },
        { "noise that remembers half, while the quantity moves", 0.3, () => Remembering(5, 0.5) },
        { "noise that remembers nine tenths", 0.05, () => Remembering(5, 0.9) },
        { "one member with memory", 0.05, OneRemembers },
    };

    [Theory]
    [MemberData(nameof(Correlated))]
    public void Noise_that_is_correlated_in_time_is_no_excuse(string name, double step, Func<Sensors> sensors)
    {
        foreach (int seed in (ReadOnlySpan<int>)[1, 2, 3])
        {
            (FusedGroup group, double[] truth) = Run(seed, sensors(), step: step);
            double error = group.NormalisedError(truth, WarmUp);
            Assert.True(error is >= 0.2 and <= 1.5, $"{name}, seed {seed}: {error:F2}");
        }
    }

    [Fact]
    public void Members_that_remember_are_told_from_a_quantity_that_moves()
    {
        (FusedGroup group, double[] truth) = Run(11, Remembering(5, 0.5));
        Assert.InRange(group.RootMeanSquareError(truth, WarmUp), 0, 0.6 / Math.Sqrt(5));
        Assert.Empty(group.Events);
    }

    [Fact]
    public void Rounding_that_hides_the_quantity_is_in_the_variance()
    {
        foreach (double resolution in (ReadOnlySpan<double>)[0.1, 0.3, 0.5])
        {
            (FusedGroup group, double[] truth) = Run(12, (random, level, _) => [.. Enumerable.Range(0, 4).Select(_ => Math.Round((level + (0.15 * Noise(random))) / resolution) * resolution)], step: 0.01);
            Assert.InRange(group.NormalisedError(truth, WarmUp), 0, 1.25);
        }
    }

    [Fact]
    public void Members_that_have_only_ever_said_one_thing_are_known_to_their_last_decimal()
    {
        (FusedGroup whole, _) = Run(13, (_, _, _) => [20, 20, 20], 200);
        (FusedGroup tenths, _) = Run(13, (_, _, _) => [20.3, 20.3], 200);
        Assert.Equal(20, whole.Latest.Mean, 1e-9);
        Assert.Equal(1 / Math.Sqrt(12), Math.Sqrt(whole.Latest.Variance), 0.01);
        Assert.Equal(0.1 / Math.Sqrt(12), Math.Sqrt(tenths.Latest.Variance), 0.001);
    }

    [Fact]
    public void Members_that_begin_to_vary_after_a_long_standstill_are_known_anew_at_once()
    {
        (FusedGroup group, double[] truth) = Run(15, (random, level, t) => [.. Enumerable.Range(0, 3).Select(_ => t < 1000 ? 20 : level + Noise(random))]);
        Assert.InRange(group.NormalisedError(truth, 1100), 0.4, 1.5);
        Assert.InRange(group.Estimates.Skip(1000).Take(100).Count(estimate => estimate.Status == FusionStatus.Unavailable), 1, 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_quantity_that_moves_more_than_its_noise_has_an_estimate_in_every_frame(double step)
    {
        foreach (int members in (ReadOnlySpan<int>)[2, 5])
        {
            (FusedGroup group, double[] truth) = Run(14, (random, level, _) => [.. Enumerable.Range(0, members).Select(_ => level + Noise(random))], step: step);
            Assert.DoesNotContain(group.Estimates.Skip(WarmUp), estimate => estimate.Status == FusionStatus.Unavailable);
            Assert.InRange(group.NormalisedError(truth, WarmUp), 0.4, 1.25);
        }
    }

    [Fact]
    public void Time_helps_the_error_is_less_than_half_of_the_best_mean_of_each_frame()
    {
        (FusedGroup group, double[] truth) = Run(4, (random, level, _) => [.. Enumerable.Range(0, 4).Select(_ => level + Noise(random))]);
        Assert.InRange(group.RootMeanSquareError(truth, WarmUp), 0, 0.5 / Math.Sqrt(4));
    }

    [Fact]
    public void Learned_noise_and_bias_are_those_of_the_sensors()
    {
        (FusedGroup group, _) = Run(5, (random, level, _) => [level + (0.5 * Noise(random)), level + Noise(random), level + 3 + (2 * Noise(random)), level + Noise(random)]);
        IReadOnlyList<FusedMember> members = group.Kernel.MembersOf(0);
        Assert.InRange(members[0].NoiseStandardDeviation, 0.4, 0.6);
        Assert.InRange(members[2].NoiseStandardDeviation, 1.6, 2.4);
        Assert.InRange(members[2].Bias, 3 - (4 * members[2].BiasStandardDeviation), 3 + (4 * members[2].BiasStandardDeviation));
        Assert.Equal(0, members[0].Bias, 0.05);
        Assert.Equal(1, members.Sum(member => member.Weight), 1e-9);
        (long inside, long frames) = group.Kernel.CoverageOf(0);
        Assert.InRange((double)inside / frames, 0.93, 0.97);
    }

    [Fact]
    public void The_surprise_of_every_frame_is_told_and_those_told_are_those_counted()
    {
        const double Band = 3.8414588206941236;
        (FusedGroup group, _) = Run(16, (random, level, t) => [.. Enumerable.Range(0, 3).Select(_ => t % 100 == 50 ? double.NaN : level + Noise(random))]);
        (long inside, long frames) = group.Kernel.CoverageOf(0);
        double[] told = [.. group.Estimates.Select(estimate => estimate.NormalisedInnovationSquared).Where(double.IsFinite)];
        Assert.Equal((inside, frames), (told.LongCount(squared => squared <= Band), told.LongLength));
        Assert.InRange(told.Skip(WarmUp).Average(), 0.9, 1.1);
        Assert.All(group.Estimates.Where(estimate => estimate.Members == 0), estimate => Assert.True(double.IsNaN(estimate.NormalisedInnovationSquared)));
    }

    [Fact]
    public void A_member_that_drifts_away_is_named_and_does_not_take_the_estimate_along()
    {
        (FusedGroup group, double[] truth) = Run(6, (random, level, t) => [level + Noise(random) + Math.Max(0, 0.02 * (t - 1000)), level + Noise(random), level + Noise(random), level + Noise(random)]);
        Assert.Contains(group.Events, happened => happened.Kind == EventKind.Conflict && happened.Sensor == 0 && happened.Reason.StartsWith("s0 reads", StringComparison.Ordinal));
        Assert.DoesNotContain(group.Events, happened => happened.Kind == EventKind.Conflict && happened.Sensor != 0);
        Assert.InRange(group.RootMeanSquareError(truth, WarmUp), 0, 0.5);
    }

    [Fact]
    public void Healthy_members_raise_no_event()
    {
        (FusedGroup group, _) = Run(7, (random, level, _) => [.. Enumerable.Range(0, 6).Select(_ => level + Noise(random))], 20_000);
        Assert.Empty(group.Events);
    }

    [Fact]
    public void Two_members_that_part_are_inconsistent_and_the_error_is_covered()
    {
        (FusedGroup group, double[] truth) = Run(8, (random, level, t) => [level + (0.1 * Noise(random)), level + (0.1 * Noise(random)) + (t > 1000 ? 3 : 0)]);
        Assert.Equal(FusionStatus.Inconsistent, group.Latest.Status);
        Assert.Contains(group.Events, happened => happened.Kind == EventKind.Inconsistent);
        Assert.InRange(Math.Abs(group.Latest.Mean - truth[^1]), 0, 3 * Math.Sqrt(group.Latest.Variance));
    }

    [Fact]
    public void A_jump_of_the_quantity_is_followed_within_a_few_frames()
    {
        (FusedGroup group, double[] truth) = Run(9, (random, level, _) => [.. Enumerable.Range(0, 4).Select(_ => level + (0.1 * Noise(random)))], 2000, jumpAt: 1000);
        Assert.Equal(truth[1005], group.Estimates[1005].Mean, 0.5);
        Assert.All(group.Estimates.Skip(1000), estimate => Assert.Equal(truth[(int)estimate.Sequence], estimate.Mean, Math.Max(0.5, 4 * Math.Sqrt(estimate.Variance))));
    }

    [Fact]
    public void After_a_long_silence_the_variance_has_grown_and_in_the_end_there_is_no_estimate()
    {
        (FusedGroup group, _) = Run(10, (random, level, _) => [level + Noise(random), level + Noise(random), double.NaN]);
        double before = group.Latest.Variance;
        double grown = group.Restored(3).After(60).Variance;
        Assert.InRange(grown, 2 * before, 100 * before);
        Assert.Equal(FusionStatus.Unavailable, group.Restored(3).After(10_000_000).Status);
    }

    [Fact]
    public void A_clock_that_goes_backwards_ages_nothing_and_stops_nothing()
    {
        (FusedGroup group, _) = Run(16, (random, level, _) => [level + Noise(random), level + Noise(random), level + Noise(random)], 500);
        FusedEstimate before = group.Latest;
        FusedEstimate after = group.Restored(3).After(-400);
        Assert.Equal(before.Mean, after.Mean, 1.0);
        Assert.InRange(after.Variance, 0.5 * before.Variance, 1.5 * before.Variance);
    }

    [Fact]
    public void Nobody_there_is_no_estimate_and_no_exception()
    {
        var group = new FusedGroup(3);
        Assert.Equal(FusionStatus.Unavailable, group.Fuse(double.NaN, double.NaN, double.NaN).Status);
        Assert.True(double.IsNaN(group.Latest.Mean));
    }

    private static (FusedGroup Group, double[] Truth) Run(int seed, Sensors sensors, int count = Count, int jumpAt = int.MaxValue, double step = 0.05)
    {
        var random = new Random(seed);
        double[] truth = [.. Walk(random, count, step).Select((level, t) => t >= jumpAt ? level + 10 : level)];
        double[] first = sensors(random, truth[0], 0);
        var group = new FusedGroup(first.Length);
        for (int t = 0; t < count; t++)
        {
            group.Fuse(sensors(random, truth[t], t));
        }

        return (group, truth);
    }

    private static double Squared(Random random) => Math.Pow(Noise(random), 2);

    private static double[] Shared(Random random, double truth, int members)
    {
        double shared = Noise(random);
        return [.. Enumerable.Range(0, members).Select(_ => truth + (Math.Sqrt(0.5) * (shared + Noise(random))))];
    }

    // Each call begins anew; its first reading is drawn from where the noise settles.
    private static Sensors Remembering(int members, double share)
    {
        double[] noise = [];
        return (random, truth, _) =>
        {
            noise = [.. Enumerable.Range(0, members).Select(i => noise.Length == 0 ? Noise(random) : (share * noise[i]) + (Math.Sqrt(1 - (share * share)) * Noise(random)))];
            return [.. noise.Select(error => truth + error)];
        };
    }

    private static Sensors OneRemembers()
    {
        Sensors one = Remembering(1, 0.9);
        return (random, truth, t) => [one(random, truth, t)[0], .. Enumerable.Range(0, 4).Select(_ => truth + Noise(random))];
    }

    private static double[] Copied(double first, params double[] others) => [first, first, first, .. others];
}
