using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Tails;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>Pareto fits to 500 excesses and the predictive of a Normal-Inverse-Gamma belief, beside a plain mean-and-variance loop; nanoseconds a datum.</summary>
public class TailFitBenchmark
{
    private const int Count = 500;

    private readonly double[] excesses = new double[Count];

    public TailFitBenchmark() => new GeneralizedPareto(0.2, 1).Sample(new Random(7), excesses);

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public double WelfordMeanAndVariance() => Welford.MeanAndVariance(excesses);

    [Benchmark(OperationsPerInvoke = Count)]
    public double Moments() => GeneralizedParetoFit.ByMoments(excesses).Shape;

    [Benchmark(OperationsPerInvoke = Count)]
    public double ProbabilityWeightedMoments() => GeneralizedParetoFit.ByProbabilityWeightedMoments(excesses).Shape;

    [Benchmark(OperationsPerInvoke = Count)]
    public double MaximumLikelihood() => GeneralizedParetoFit.ByMaximumLikelihood(excesses).Distribution.Shape;

    [Benchmark(OperationsPerInvoke = Count)]
    public double NormalInverseGammaPredictive()
    {
        var prior = new NormalInverseGamma(1, 1, 2, 1);
        NormalInverseGamma belief = prior;
        double sum = 0;
        foreach (double x in excesses)
        {
            sum += belief.Predictive.LogDensity(x);
            belief = belief.Retain(0.99, prior).Observe(x);
        }

        return sum;
    }
}
