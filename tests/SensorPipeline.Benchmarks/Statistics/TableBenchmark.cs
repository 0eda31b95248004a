using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Moments;
using Running = SensorPipeline.Statistics.Moments.Moments;

namespace SensorPipeline.Benchmarks.Statistics;

/// <summary>One datum for each of 10,000 streams: a loop over estimators beside the table of arrays; nanoseconds a datum.</summary>
[GroupBenchmarksBy(BenchmarkDotNet.Configs.BenchmarkLogicalGroupRule.ByCategory)]
public class TableBenchmark
{
    private const int Columns = 10_000;

    private readonly double[] row = Data.Normal(Columns, mean: 20, deviation: 0.5);
    private readonly double[] steps = [.. Data.Normal(Columns, mean: 1, deviation: 0.1).Select(Math.Abs)];
    private readonly Running[] moments = new Running[Columns];
    private readonly ExponentialMoments[] exponential = new ExponentialMoments[Columns];
    private readonly MomentsTable momentsTable = new(Columns);
    private readonly ExponentialMomentsTable exponentialTable = new(Columns);

    [Benchmark(Baseline = true, OperationsPerInvoke = Columns)]
    [BenchmarkCategory("Moments")]
    public void LoopOverMoments()
    {
        for (int i = 0; i < row.Length; i++)
        {
            moments[i] = moments[i].Observe(row[i]);
        }
    }

    [Benchmark(OperationsPerInvoke = Columns)]
    [BenchmarkCategory("Moments")]
    public void TableOfMoments() => momentsTable.Observe(row);

    [Benchmark(Baseline = true, OperationsPerInvoke = Columns)]
    [BenchmarkCategory("Exponential")]
    public void LoopOverExponential()
    {
        for (int i = 0; i < row.Length; i++)
        {
            exponential[i] = exponential[i].Retain(ExponentialMoments.Share(steps[i], 60)).Observe(row[i]);
        }
    }

    [Benchmark(OperationsPerInvoke = Columns)]
    [BenchmarkCategory("Exponential")]
    public void TableOfExponential() => exponentialTable.Observe(row, steps, 60);
}
