using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Tails;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>A reading of a fat-tailed stream: scored against what was known, then learned: location, scale and both tails; nanoseconds a datum.</summary>
public class RobustBenchmark
{
    private const double Gain = 0.002;

    private readonly double[] data = Data.Student(1000, degreesOfFreedom: 8);
    private readonly double[] body = [.. Data.Student(1200, degreesOfFreedom: 8).Where(x => Math.Abs(x - 20) < 0.9).Take(1000)];

    [Benchmark(Baseline = true, OperationsPerInvoke = 1000)]
    public double WelfordMeanAndVariance() => Welford.MeanAndVariance(data);

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
    public double ScoredAndLearnedInTheBody() => ScoreAndLearn(body);

    [Benchmark(OperationsPerInvoke = 1000)]
    public double ScoredAndLearnedWithTheTail() => ScoreAndLearn(data);

    [Benchmark(OperationsPerInvoke = 1000)]
    public double WithDegreesOfFreedom()
    {
        var state = StudentTLocation.Start(20, 0.5, 8, 1 / Gain);
        var degrees = DegreesOfFreedom.Start(8, 1 / Gain);
        foreach (double x in data)
        {
            state = state.Retain(1 - Gain).Observe(x, 0, out double weight);
            degrees = degrees.Retain(1 - Gain).Observe(weight);
        }

        return state.Location + degrees.Weight;
    }

    private static double ScoreAndLearn(double[] data)
    {
        var state = StudentTLocation.Start(20, 0.5, 8, 1 / Gain);
        var tail = new StudentTTail(8);
        TailCalibration above = TailCalibration.Start, below = TailCalibration.Start;
        double sum = 0;
        foreach (double x in data)
        {
            StudentTScore score = state.Score(x, tail);
            above = above.Observe(score.Upper);
            below = below.Observe(score.Lower);
            sum += score.NormalScore;
            state = state.Retain(1 - Gain).Observe(x);
        }

        return sum + state.Location + above.ExceedanceRate + below.ExceedanceRate;
    }
}
