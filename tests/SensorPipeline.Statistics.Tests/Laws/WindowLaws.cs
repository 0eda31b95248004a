using Running = SensorPipeline.Statistics.Moments.Moments;
using SensorPipeline.Statistics.Noise;
using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Statistics.Windows;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

public class WindowLaws
{
    [Fact]
    public void A_window_knows_what_its_data_alone_would_tell() => Law.Holds(random =>
    {
        int width = random.Next(1, 40);
        var moments = new SlidingMoments(width);
        var median = new SlidingMedian(width);
        double[] data = Law.Data(random);
        for (int i = 0; i < data.Length; i++)
        {
            moments.Observe(data[i]);
            median.Observe(data[i]);
            double[] inside = data[Math.Max(0, i + 1 - width)..(i + 1)];
            Running alone = Observe(inside);
            Assert.Equal(inside.Length, moments.Count);
            Law.Close(alone.Mean, moments.Moments.Mean, 1e-13, inside.Max(Math.Abs));
            Law.Close(alone.Variance, moments.Moments.Variance, 1e-11);
            Assert.Equal(inside.Min(), moments.Minimum);
            Assert.Equal(inside.Max(), moments.Maximum);
            (double middle, double deviation) = SampleQuantiles.MedianAndDeviation(inside);
            Assert.Equal(middle, median.Median);
            Assert.Equal(deviation, median.MedianAbsoluteDeviation, 1e-12);
        }
    });

    [Fact]
    public void Dropping_the_oldest_leaves_the_rest() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        var window = new SlidingMoments(data.Length);
        foreach (double x in data)
        {
            window.Observe(x);
        }

        int dropped = random.Next(data.Length);
        for (int i = 0; i < dropped; i++)
        {
            window.DropOldest();
        }

        Law.Close(Observe(data[dropped..]).Mean, window.Moments.Mean, 1e-13, data.Max(Math.Abs));
        for (int i = 0; i < data.Length; i++)
        {
            window.DropOldest();
        }

        Assert.Equal(0, window.Count);
        Assert.Equal(double.NaN, window.Minimum);
    });

    [Fact]
    public void Windows_allocate_nothing_for_a_datum()
    {
        var moments = new SlidingMoments(16);
        var median = new SlidingMedian(16);
        Assert.Equal(0, Allocation.OfEveryRun(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                moments.Observe(i);
                median.Observe(i);
            }
        }));
    }

    [Fact]
    public void The_cascade_agrees_with_the_deviation_of_the_whole_and_merges() => Law.Holds(random =>
    {
        double[] data = Law.Data(random, least: 64);
        AllanCascade whole = Cascade(data), doubled = Cascade(data);
        double[] phase = AllanDeviation.Phase(data, 0.5);
        for (int level = 0; level < 5; level++)
        {
            double want = AllanDeviation.NonOverlapping(phase, 0.5, 1 << level);
            Law.Close(want * want, whole.Variance(level), 1e-9);
        }

        doubled.Merge(whole);
        Law.Close(whole.Variance(0), doubled.Variance(0), 1e-14);
        Assert.Equal(2 * whole.Count(0), doubled.Count(0));
    });

    private static AllanCascade Cascade(double[] data)
    {
        var cascade = new AllanCascade(6);
        foreach (double x in data)
        {
            cascade.Observe(x);
        }

        return cascade;
    }

    private static Running Observe(double[] data)
    {
        Running moments = default;
        foreach (double x in data)
        {
            moments = moments.Observe(x);
        }

        return moments;
    }
}
