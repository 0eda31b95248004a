using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Noise;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>Allan deviation: every dyadic block length as the readings come, and one block length from all overlapping pairs, beside a plain mean-and-variance loop; nanoseconds a reading.</summary>
public class AllanBenchmark
{
    private const int Block = 16;

    private readonly double[] data = Data.Normal(1000, mean: 20, deviation: 0.5);
    private readonly double[] phase;
    private readonly AllanCascade cascade = new(12);

    public AllanBenchmark() => phase = AllanDeviation.Phase(data, 1);

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    public double WelfordMeanAndVariance() => Welford.MeanAndVariance(data);

    [Benchmark(OperationsPerInvoke = 1000)]
    public double DyadicCascade()
    {
        foreach (double x in data)
        {
            cascade.Observe(x);
        }

        return cascade.Variance(0);
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double Overlapping() => AllanDeviation.Overlapping(phase, 1, Block);
}
