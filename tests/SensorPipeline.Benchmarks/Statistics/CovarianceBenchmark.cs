using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Dependence;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>A row of four channels, running and fading, beside the plain update whose mean is one number; nanoseconds a row.</summary>
public class CovarianceBenchmark
{
    private const int Rows = 1000;
    private const int Channels = 4;

    private readonly double[] rows = Data.Normal(Rows * Channels, mean: 20, deviation: 0.5);
    private readonly RunningCovariance running = new(Channels);
    private readonly RunningCovariance fading = new(Channels);
    private readonly double[] matrix = new double[Channels * Channels];

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public double WelfordCovariance()
    {
        Span<double> mean = stackalloc double[Channels], deviation = stackalloc double[Channels], products = stackalloc double[Channels * Channels];
        for (int n = 0; n < Rows; n++)
        {
            for (int i = 0; i < Channels; i++)
            {
                deviation[i] = rows[(n * Channels) + i] - mean[i];
                mean[i] += deviation[i] / (n + 1);
            }

            for (int i = 0; i < Channels; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    products[(i * Channels) + j] += deviation[i] * deviation[j] * n / (n + 1);
                }
            }
        }

        return products[0] + mean[0];
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public double Running()
    {
        for (int n = 0; n < Rows; n++)
        {
            running.Observe(rows.AsSpan(n * Channels, Channels));
        }

        return running.Weight;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public double Fading()
    {
        for (int n = 0; n < Rows; n++)
        {
            fading.Retain(0.99);
            fading.Observe(rows.AsSpan(n * Channels, Channels));
        }

        return fading.Weight;
    }

    [Benchmark]
    public double Shrinking() => running.Shrunk(matrix);
}
