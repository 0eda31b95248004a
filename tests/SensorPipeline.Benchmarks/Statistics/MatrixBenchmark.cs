using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using SensorPipeline.Statistics.Filters;
using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>The small matrices of a sensor group, beside the same by MathNet: a channel of four given the others, a filter step with two states; nanoseconds a call.</summary>
[GroupBenchmarksBy(BenchmarkDotNet.Configs.BenchmarkLogicalGroupRule.ByCategory)]
public class MatrixBenchmark
{
    private static readonly double[] Covariance = [2, 0.5, 0.3, 0.1, 0.5, 1.5, 0.2, 0.3, 0.3, 0.2, 1.2, 0.4, 0.1, 0.3, 0.4, 1];

    private readonly MultivariateGaussian joint = new([1, 2, 3, 4], Covariance);
    private readonly double[] x = new double[4];
    private readonly double[] variances = new double[4];
    private readonly KalmanFilter filter = new(new([1, 1, 0, 1], [0.01, 0, 0, 0.01], [1, 0], [1]), [0, 0], [1, 0, 0, 1]);
    private readonly double[] observation = [0.5];
    private readonly Matrix<double> f = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 1 }, { 0, 1 } });
    private readonly Matrix<double> q = Matrix<double>.Build.DenseDiagonal(2, 0.01);
    private readonly Matrix<double> h = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 0 } });
    private readonly Matrix<double> r = Matrix<double>.Build.DenseDiagonal(1, 1);
    private readonly Matrix<double> identity = Matrix<double>.Build.DenseIdentity(2);
    private readonly Matrix<double> observed = Matrix<double>.Build.DenseOfArray(new double[,] { { 2, 0.5, 0.1 }, { 0.5, 1.5, 0.3 }, { 0.1, 0.3, 1 } });
    private readonly Vector<double> cross = Vector<double>.Build.Dense([0.3, 0.2, 0.4]);
    private readonly Vector<double> deviation = Vector<double>.Build.Dense([0.3, -0.2, 0.5]);
    private Vector<double> state = Vector<double>.Build.Dense(2);
    private Matrix<double> p = Matrix<double>.Build.DenseIdentity(2);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Conditional")]
    public double ConditionalByMathNet()
    {
        Vector<double> gain = observed.Cholesky().Solve(cross);
        return (gain * deviation) + (gain * cross);
    }

    [Benchmark]
    [BenchmarkCategory("Conditional")]
    public double ConditionalOfFour()
    {
        (x[0], x[1], x[2], x[3]) = (1.3, 1.8, double.NaN, 4.5);
        ConditionalGaussian.TryImpute(joint, x, variances);
        return x[2] + variances[2];
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Kalman")]
    public double KalmanByMathNet()
    {
        state = f * state;
        p = (f * p * f.Transpose()) + q;
        Matrix<double> s = (h * p * h.Transpose()) + r;
        Matrix<double> k = p * h.Transpose() * s.Inverse();
        state += k * (Vector<double>.Build.Dense(observation) - (h * state));
        Matrix<double> a = identity - (k * h);
        p = (a * p * a.Transpose()) + (k * r * k.Transpose());
        return state[0];
    }

    [Benchmark]
    [BenchmarkCategory("Kalman")]
    public double KalmanStepOfTwo()
    {
        filter.Predict();
        filter.Update(observation);
        return filter.State[0];
    }
}
