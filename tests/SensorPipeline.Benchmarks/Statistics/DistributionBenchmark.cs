using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using SensorPipeline.Statistics.Distributions;
using Library = MathNet.Numerics.Distributions;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>
/// Upper tails and their inverses, beside MathNet's lower ones, whose complement is no tail far out; the Pareto beside its bare formula, which fails at shape 0. Nanoseconds a call over a range of arguments.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class DistributionBenchmark
{
    private const int Count = 100;
    private const double Degrees = 5;
    private const double Shape = 0.2;

    private readonly double[] values = [.. Enumerable.Range(1, Count).Select(i => i * 0.06)];
    private readonly double[] probabilities = [.. Enumerable.Range(1, Count).Select(i => i * 0.0049)];

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    [BenchmarkCategory("Normal tail")]
    public double NormalTailByMathNet() => Sum(values, static x => 1 - Library.Normal.CDF(0, 1, x));

    [Benchmark(OperationsPerInvoke = Count)]
    [BenchmarkCategory("Normal tail")]
    public double NormalTail() => Sum(values, static x => Normal.Standard.SurvivalProbability(x));

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    [BenchmarkCategory("Normal quantile")]
    public double NormalQuantileByMathNet() => Sum(probabilities, static q => Library.Normal.InvCDF(0, 1, 1 - q));

    [Benchmark(OperationsPerInvoke = Count)]
    [BenchmarkCategory("Normal quantile")]
    public double NormalQuantile() => Sum(probabilities, static q => Normal.Standard.InverseSurvivalProbability(q));

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    [BenchmarkCategory("Student tail")]
    public double StudentTailByMathNet() => Sum(values, static x => 1 - Library.StudentT.CDF(0, 1, Degrees, x));

    [Benchmark(OperationsPerInvoke = Count)]
    [BenchmarkCategory("Student tail")]
    public double StudentTail() => Sum(values, static x => new StudentT(Degrees).SurvivalProbability(x));

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    [BenchmarkCategory("Student quantile")]
    public double StudentQuantileByMathNet() => Sum(probabilities, static q => Library.StudentT.InvCDF(0, 1, Degrees, 1 - q));

    [Benchmark(OperationsPerInvoke = Count)]
    [BenchmarkCategory("Student quantile")]
    public double StudentQuantile() => Sum(probabilities, static q => new StudentT(Degrees).InverseSurvivalProbability(q));

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    [BenchmarkCategory("Chi-square tail")]
    public double ChiSquareTailByMathNet() => Sum(values, static x => 1 - Library.ChiSquared.CDF(Degrees, 4 * x));

    [Benchmark(OperationsPerInvoke = Count)]
    [BenchmarkCategory("Chi-square tail")]
    public double ChiSquareTail() => Sum(values, static x => new ChiSquared(Degrees).SurvivalProbability(4 * x));

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    [BenchmarkCategory("Chi-square quantile")]
    public double ChiSquareQuantileByMathNet() => Sum(probabilities, static q => Library.ChiSquared.InvCDF(Degrees, 1 - q));

    [Benchmark(OperationsPerInvoke = Count)]
    [BenchmarkCategory("Chi-square quantile")]
    public double ChiSquareQuantile() => Sum(probabilities, static q => new ChiSquared(Degrees).InverseSurvivalProbability(q));

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    [BenchmarkCategory("Pareto tail")]
    public double ParetoTailByPower() => Sum(values, static x => Math.Pow(1 + (Shape * x), -1 / Shape));

    [Benchmark(OperationsPerInvoke = Count)]
    [BenchmarkCategory("Pareto tail")]
    public double ParetoTail() => Sum(values, static x => new GeneralizedPareto(Shape, 1).SurvivalProbability(x));

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    [BenchmarkCategory("Pareto quantile")]
    public double ParetoQuantileByPower() => Sum(probabilities, static q => (Math.Pow(q, -Shape) - 1) / Shape);

    [Benchmark(OperationsPerInvoke = Count)]
    [BenchmarkCategory("Pareto quantile")]
    public double ParetoQuantile() => Sum(probabilities, static q => new GeneralizedPareto(Shape, 1).InverseSurvivalProbability(q));

    private static double Sum(double[] arguments, Func<double, double> function)
    {
        double sum = 0;
        foreach (double argument in arguments)
        {
            sum += function(argument);
        }

        return sum;
    }
}
