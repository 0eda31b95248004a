using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using MathNet.Numerics.LinearAlgebra;
using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>
/// Product of Gaussians: a chain of scalar ones beside the bare formula, nanoseconds a product; four channels with the log scale beside MathNet's inverses without it, nanoseconds a call. Distances of two
/// scalar Gaussians, nanoseconds a call. A multivariate product makes a new Gaussian and allocates it.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class GaussianBenchmark
{
    private static readonly double[] First = [2, 0.5, 0.3, 0.1, 0.5, 1.5, 0.2, 0.3, 0.3, 0.2, 1.2, 0.4, 0.1, 0.3, 0.4, 1];
    private static readonly double[] Second = [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4];

    private readonly double[] means = Data.Normal(1000, mean: 20, deviation: 0.5);
    private readonly MultivariateGaussian a = new([1, 2, 3, 4], First);
    private readonly MultivariateGaussian b = new([1.1, 2.1, 2.9, 4.2], Second);
    private readonly Matrix<double> firstMatrix = Matrix<double>.Build.Dense(4, 4, First);
    private readonly Matrix<double> secondMatrix = Matrix<double>.Build.Dense(4, 4, Second);
    private readonly Vector<double> firstMean = Vector<double>.Build.Dense([1, 2, 3, 4]);
    private readonly Vector<double> secondMean = Vector<double>.Build.Dense([1.1, 2.1, 2.9, 4.2]);
    private readonly Gaussian p = new(20, 0.04);
    private readonly Gaussian q = new(19.8, 0.09);

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    [BenchmarkCategory("Scalar product")]
    public double ProductByFormula()
    {
        double mean = 0, variance = 1e6;
        foreach (double m in means)
        {
            double sum = variance + 0.25;
            mean = ((mean * 0.25) + (m * variance)) / sum;
            variance = variance * 0.25 / sum;
        }

        return mean + variance;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    [BenchmarkCategory("Scalar product")]
    public double Product()
    {
        Gaussian fused = Gaussian.MultiplicativeIdentity;
        foreach (double m in means)
        {
            fused *= new Gaussian(m, 0.25);
        }

        return fused.Mean + fused.Variance;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    [BenchmarkCategory("Scalar product")]
    public double SumInNaturalForm()
    {
        NaturalGaussian fused = default;
        foreach (double m in means)
        {
            fused += new Gaussian(m, 0.25).Natural;
        }

        return fused.Gaussian.Mean;
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Product of four channels")]
    public double MultivariateProductByMathNet()
    {
        Matrix<double> precision = firstMatrix.Inverse(), other = secondMatrix.Inverse();
        Matrix<double> fused = (precision + other).Inverse();
        return (fused * ((precision * firstMean) + (other * secondMean)))[0];
    }

    [Benchmark]
    [BenchmarkCategory("Product of four channels")]
    public double MultivariateProduct() => GaussianAlgebra.Product(a, b).LogScale;

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Distance")]
    public double KullbackLeibler() => GaussianDistance.KullbackLeibler(p, q);

    [Benchmark]
    [BenchmarkCategory("Distance")]
    public double Bhattacharyya() => GaussianDistance.Bhattacharyya(p, q);

    [Benchmark]
    [BenchmarkCategory("Distance")]
    public double SquaredWasserstein() => GaussianDistance.SquaredWasserstein(p, q);
}
