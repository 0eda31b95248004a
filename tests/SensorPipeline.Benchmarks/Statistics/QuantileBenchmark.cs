using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Quantiles;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>A datum into the sketch, beside a plain mean-and-variance loop; nanoseconds a datum.</summary>
public class QuantileBenchmark
{
    private readonly double[] data = Data.Normal(1000, mean: 20, deviation: 0.5);
    private readonly QuantileSketch sketch = new(20, 0.001);

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    public double WelfordMeanAndVariance() => Welford.MeanAndVariance(data);

    [Benchmark(OperationsPerInvoke = 1000)]
    public long Sketch()
    {
        foreach (double x in data)
        {
            sketch.Observe(x);
        }

        return sketch.Count;
    }
}
