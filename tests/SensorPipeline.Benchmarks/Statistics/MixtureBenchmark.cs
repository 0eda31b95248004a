using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Mixtures;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>One pass of expectation maximisation, four channels and five components, beside the same by row; nanoseconds a row.</summary>
public class MixtureBenchmark
{
    private const int Rows = 10_000;
    private const int Dimension = 4;
    private const int Components = 5;

    private readonly double[] rows = Data.Normal(Rows * Dimension, mean: 0, deviation: 2);
    private readonly GaussianMixture mixture;

    public MixtureBenchmark()
    {
        double[] means = Data.Normal(Components * Dimension, mean: 0, deviation: 2), covariances = new double[Components * Dimension * Dimension];
        for (int i = 0; i < Components * Dimension; i++)
        {
            covariances[(i * Dimension) + (i % Dimension)] = 1;
        }

        mixture = new([0.2, 0.2, 0.2, 0.2, 0.2], means, covariances);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public double DensityRowByRow()
    {
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            sum += mixture.LogDensity(rows.AsSpan(i * Dimension, Dimension));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public double WholePass() => MixtureFit.Step(rows, mixture, CovarianceShape.Full, 1e-6).LogLikelihood;
}
