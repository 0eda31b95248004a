using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using Xunit;
using static SensorPipeline.Streams.Tests.Fusion.FusedGroup;

namespace SensorPipeline.Streams.Tests.Fusion;

public class FusionLaws
{
    private const int Members = 4;
    private const int Count = 600;

    [Fact]
    public void The_order_of_the_members_does_not_matter()
    {
        double[][] frames = Frames(1);
        AssertSame(Fuse(frames), Fuse([.. frames.Select(frame => (double[])[frame[2], frame[0], frame[3], frame[1]])]), 1, 0, 1e-6);
    }

    [Theory]
    [InlineData(1, 1e6)]
    [InlineData(-1, 0)]
    [InlineData(1e-3, 0)]
    [InlineData(1e4, -7)]
    public void Shifted_and_scaled_readings_give_the_shifted_and_scaled_estimate(double scale, double shift)
    {
        double[][] frames = Frames(2);
        AssertSame(Fuse(frames), Fuse([.. frames.Select(frame => frame.Select(x => (scale * x) + shift).ToArray())]), scale, shift, 1e-5);
    }

    [Fact]
    public void A_large_offset_costs_no_more_than_its_digits()
    {
        double[][] frames = Frames(3);
        FusedGroup group = Fuse([.. frames.Select(frame => frame.Select(x => x + 1e9).ToArray())]);
        Assert.Equal(Fuse(frames).Latest.Mean, group.Latest.Mean - 1e9, 0.01);
    }

    [Fact]
    public void A_restored_group_goes_on_to_the_last_bit()
    {
        double[][] frames = Frames(4);
        foreach (int at in (ReadOnlySpan<int>)[0, 3, 8, 9, 100, 333])
        {
            FusedGroup whole = Fuse(frames[..at]);
            FusedGroup restored = whole.Restored(Members);
            foreach (double[] frame in frames[at..])
            {
                Assert.Equal(whole.Fuse(frame), restored.Fuse(frame));
            }
        }
    }

    [Fact]
    public void Wild_values_never_give_a_number_that_is_none()
    {
        var random = new Random(5);
        var group = new FusedGroup(Members);
        for (int t = 0; t < 5000; t++)
        {
            double wild = Math.Pow(10, random.Next(-12, 13)) * Noise(random);
            double[] frame = [.. Enumerable.Range(0, Members).Select(i => random.Next(6) switch { 0 => wild, 1 => double.NaN, 2 => 20, _ => 20 + Noise(random) })];
            FusedEstimate estimate = group.Fuse(frame);
            Assert.True(estimate.Status == FusionStatus.Unavailable ? double.IsNaN(estimate.Mean) : double.IsFinite(estimate.Mean) && estimate.Variance > 0, $"frame {t}: {estimate}");
        }
    }

    [Fact]
    public void A_fused_frame_allocates_nothing()
    {
        double[][] frames = Frames(6);
        FusedGroup group = Fuse(frames);
        Assert.Equal(0, Allocation.OfEveryRun(() =>
        {
            foreach (double[] frame in frames)
            {
                group.Feed(frame);
            }
        }));
    }

    private static FusedGroup Fuse(double[][] frames)
    {
        var group = new FusedGroup(Members);
        foreach (double[] frame in frames)
        {
            group.Fuse(frame);
        }

        return group;
    }

    private static void AssertSame(FusedGroup expected, FusedGroup actual, double scale, double shift, double tolerance)
    {
        for (int t = 0; t < expected.Estimates.Count; t++)
        {
            FusedEstimate estimate = expected.Estimates[t];
            double deviation = Math.Abs(scale) * Math.Sqrt(estimate.Variance);
            Assert.Equal(estimate.Status, actual.Estimates[t].Status);
            if (estimate.Status != FusionStatus.Unavailable)
            {
                Assert.Equal((scale * estimate.Mean) + shift, actual.Estimates[t].Mean, Math.Max(tolerance * deviation, 1e-9 * Math.Abs(shift)));
                Assert.Equal(1, actual.Estimates[t].Variance / (scale * scale * estimate.Variance), Math.Max(tolerance, 1e-9 * Math.Abs(shift)));
            }
        }
    }

    private static double[][] Frames(int seed)
    {
        var random = new Random(seed);
        double[] truth = Walk(random, Count, 0.05);
        return [.. truth.Select(level => Enumerable.Range(0, Members).Select(i => random.Next(10) == 0 ? double.NaN : level + ((1 + i) * 0.3 * Noise(random))).ToArray())];
    }
}
