using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Sequential;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>A standardised residual into each detector of change, beside a plain mean-and-variance loop; nanoseconds a datum. The posterior keeps at most 50 run lengths.</summary>
public class SequentialBenchmark
{
    private readonly double[] data = Data.Normal(1000, mean: 0, deviation: 1);
    private readonly ChangePointPosterior posterior = new(new NormalInverseGamma(0, 1, 2, 1), 250, mostRuns: 50);

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    public double WelfordMeanAndVariance() => Welford.MeanAndVariance(data);

    [Benchmark(OperationsPerInvoke = 1000)]
    public double Cusum()
    {
        SensorPipeline.Statistics.Sequential.Cusum cusum = default;
        foreach (double z in data)
        {
            cusum = cusum.Observe(z, 0.5);
        }

        return cusum.Statistic;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double VarianceCusum()
    {
        SensorPipeline.Statistics.Sequential.VarianceCusum cusum = default;
        foreach (double z in data)
        {
            cusum = cusum.Observe(z, 2);
        }

        return cusum.Statistic;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double PageHinkley()
    {
        SensorPipeline.Statistics.Sequential.PageHinkley test = default;
        foreach (double z in data)
        {
            test = test.Observe(z, 0.1);
        }

        return test.Statistic;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double RepeatLaw()
    {
        SensorPipeline.Statistics.Sequential.RepeatLaw law = default;
        foreach (double z in data)
        {
            law = law.Observe(z, 0.001);
        }

        return law.RepeatProbability;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double Autocorrelation()
    {
        SensorPipeline.Statistics.Sequential.Autocorrelation correlation = default;
        foreach (double z in data)
        {
            correlation = correlation.Retain(0.999).Observe(z);
        }

        return correlation.Raw;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public int ChangePointPosterior()
    {
        foreach (double z in data)
        {
            posterior.Observe(z);
        }

        return posterior.MostProbableRunLength;
    }
}
