using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Tails;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>A reading of a fat-tailed stream: scored against what was known, then learned: location, scale, degrees of freedom and tail; nanoseconds a datum.</summary>
public class RobustBenchmark
{
    private const double Gain = 0.002;

    private readonly double[] data = Data.Student(1000, degreesOfFreedom: 8);

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    public double WelfordMeanAndVariance()
    {
        double n = 0, mean = 0, m2 = 0;
        foreach (double x in data)
        {
            n++;
            double d = x - mean;
            mean += d / n;
            m2 += d * (x - mean);
        }

        return mean + m2;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double LocationAndScale()
    {
        var state = StudentTLocation.Start(20, 0.5, 8, 1 / Gain);
        foreach (double x in data)
        {
            state = state.Retain(1 - Gain).Observe(x);
        }

        return state.Location;
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public double ScoredAndLearned()
    {
        var state = StudentTLocation.Start(20, 0.5, 8, 1 / Gain);
        var degrees = DegreesOfFreedom.Start(8, 1 / Gain);
        TailCalibration above = TailCalibration.Start, below = TailCalibration.Start;
        double sum = 0;
        foreach (double x in data)
        {
            StudentTScore score = state.Score(x);
            above = above.Observe(score.Upper);
            below = below.Observe(score.Lower);
            sum += score.NormalScore;
            state = state.Retain(1 - Gain).Observe(x, 0, out double weight);
            degrees = degrees.Retain(1 - Gain).Observe(weight);
        }

        return sum + state.Location + degrees.Weight + above.ExceedanceRate + below.ExceedanceRate;
    }
}
