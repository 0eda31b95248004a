using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Moments;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>Exponentially weighted moments in event time, the exponential of the time step included; nanoseconds a datum.</summary>
public class ExponentialMomentsBenchmark
{
    private readonly double[] data = Data.Normal(1000, mean: 20, deviation: 0.5);
    private readonly double[] steps = [.. Data.Normal(1000, mean: 1, deviation: 0.1).Select(Math.Abs)];

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    public double WelfordMeanAndVariance() => Welford.MeanAndVariance(data);

    [Benchmark(OperationsPerInvoke = 1000)]
    public double InEventTime()
    {
        ExponentialMoments moments = default;
        for (int i = 0; i < data.Length; i++)
        {
            moments = moments.Retain(ExponentialMoments.Share(steps[i], 60)).Observe(data[i]);
        }

        return moments.Variance;
    }
}
