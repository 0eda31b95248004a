using BenchmarkDotNet.Attributes;
using MathNet.Numerics.Statistics;
using Running = SensorPipeline.Statistics.Moments.Moments;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>Four moments with the mean in two parts, beside a plain mean-and-variance loop and MathNet's running statistics; nanoseconds a datum.</summary>
public class MomentsBenchmark
{
    private readonly double[] data = Data.Normal(1000, mean: 20, deviation: 0.5);

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    public double WelfordMeanAndVariance() => Welford.MeanAndVariance(data);

    [Benchmark(OperationsPerInvoke = 1000)]
    public double FourMoments()
    {
        var moments = Running.AdditiveIdentity;
        foreach (double x in data)
        {
            moments = moments.Observe(x);
        }

        return moments.Variance;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double MathNetRunningStatistics()
    {
        var statistics = new RunningStatistics();
        foreach (double x in data)
        {
            statistics.Push(x);
        }

        return statistics.Variance;
    }
}
