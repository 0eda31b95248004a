using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using SensorPipeline.Benchmarks;

if (args is ["mixture", .. string[] comparison])
{
    SensorPipeline.Benchmarks.Statistics.MixtureComparison.Run(comparison);
    return;
}

if (args is ["refit"])
{
    SensorPipeline.Benchmarks.Streams.RefitInterference.Run();
    return;
}

if (args is ["telemetry"])
{
    SensorPipeline.Benchmarks.Telemetry.TelemetryCost.Run();
    return;
}

// In this process and in many short iterations: a run beside other work takes seconds, and the least of them is seldom disturbed.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithWarmupCount(4).WithIterationCount(15).WithIterationTime(TimeInterval.FromMilliseconds(80)).WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .HideColumns(Column.Error, Column.StdDev, Column.Median, Column.RatioSD, Column.AllocRatio)
    .AddColumn(StatisticColumn.Min, new LeastRatioColumn())
    .WithOptions(ConfigOptions.DisableOptimizationsValidator);

BenchmarkSwitcher.FromAssembly(typeof(LeastRatioColumn).Assembly).Run(args, config);
