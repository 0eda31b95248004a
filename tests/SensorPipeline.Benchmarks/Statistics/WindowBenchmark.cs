using BenchmarkDotNet.Attributes;
using MathNet.Numerics.Statistics;
using SensorPipeline.Statistics.Windows;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>The last 64 data: moments, least and greatest without subtracting, and the exact median, beside MathNet's moving statistics, which subtract; nanoseconds a datum.</summary>
public class WindowBenchmark
{
    private const int Width = 64;

    private readonly double[] data = Data.Normal(1000, mean: 20, deviation: 0.5);
    private readonly SlidingMoments moments = new(Width);
    private readonly SlidingMedian median = new(Width);
    private readonly MovingStatistics moving = new(Width);

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    public double MathNetMovingStatistics()
    {
        foreach (double x in data)
        {
            moving.Push(x);
        }

        return moving.Variance;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double WelfordMeanAndVariance() => Welford.MeanAndVariance(data);

    [Benchmark(OperationsPerInvoke = 1000)]
    public double Moments()
    {
        foreach (double x in data)
        {
            moments.Observe(x);
        }

        return moments.Moments.Variance;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double Median()
    {
        foreach (double x in data)
        {
            median.Observe(x);
        }

        return median.Median;
    }
}
