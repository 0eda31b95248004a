using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using MathNet.Numerics.LinearAlgebra;
using SensorPipeline.Statistics.Fusion;
using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>Five estimates of one quantity beside the bare weighted mean; two of three quantities with unknown correlation beside MathNet's matrices; nanoseconds a fusion.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class FusionBenchmark
{
    private const double Share = 0.4;

    private static readonly double[] First = [2, 0.5, 0.1, 0.5, 1.5, 0.3, 0.1, 0.3, 1];
    private static readonly double[] Second = [1, 0.1, 0.2, 0.1, 2.5, 0.4, 0.2, 0.4, 3];

    private readonly Gaussian[] members = [new(20, 0.04), new(20.3, 0.09), new(19.8, 0.01), new(20.1, 0.25), new(26, 0.04)];
    private readonly double[] weights = new double[5];
    private readonly double[] innovations = new double[5];
    private readonly MultivariateGaussian a = new([1, 2, 3], First);
    private readonly MultivariateGaussian b = new([1.2, 1.8, 3.3], Second);
    private readonly Matrix<double> firstMatrix = Matrix<double>.Build.Dense(3, 3, First);
    private readonly Matrix<double> secondMatrix = Matrix<double>.Build.Dense(3, 3, Second);
    private readonly Vector<double> firstMean = Vector<double>.Build.Dense([1, 2, 3]);
    private readonly Vector<double> secondMean = Vector<double>.Build.Dense([1.2, 1.8, 3.3]);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Scalar")]
    public double WeightedMean()
    {
        double precision = 0, sum = 0;
        foreach (Gaussian member in members)
        {
            precision += 1 / member.Variance;
            sum += member.Mean / member.Variance;
        }

        return (sum / precision) + (1 / precision);
    }

    [Benchmark]
    [BenchmarkCategory("Scalar")]
    public double Precision() => PrecisionFusion.Fuse(members).ChiSquared;

    [Benchmark]
    [BenchmarkCategory("Scalar")]
    public double LeaveOneOut()
    {
        PrecisionFusion.LeaveOneOut(members, innovations);
        return innovations[4];
    }

    [Benchmark]
    [BenchmarkCategory("Scalar")]
    public double Robust() => RobustFusion.Fuse(members, weights).Mean;

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Intersection")]
    public double IntersectionByMathNet()
    {
        Matrix<double> p = firstMatrix.Inverse() * Share, q = secondMatrix.Inverse() * (1 - Share);
        Matrix<double> fused = (p + q).Inverse();
        return (fused * ((p * firstMean) + (q * secondMean)))[0] + fused.Trace();
    }

    [Benchmark]
    [BenchmarkCategory("Intersection")]
    public double IntersectionAtAShare() => CovarianceIntersection.Fuse(a, b, Share).Mean[0];

    [Benchmark]
    [BenchmarkCategory("Intersection")]
    public double IntersectionAtTheBestShare() => CovarianceIntersection.Fuse(a, b).Share;
}
