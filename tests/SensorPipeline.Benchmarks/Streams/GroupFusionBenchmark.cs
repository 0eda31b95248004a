using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Fusion;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Benchmarks.Streams;

/// <summary>A thousand frames of groups of eight sensors, one group or a hundred, beside the bare product of their Gaussians; nanoseconds a frame.</summary>
public class GroupFusionBenchmark
{
    private const int Frames = 1000;
    private const int Members = 8;

    private readonly FrameBatch batch = new();
    private readonly FusionBatch output = new();
    private readonly Gaussian[] beliefs = new Gaussian[Members];
    private FusionKernel kernel = null!;

    [Params(1, 100)]
    public int Groups { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var names = new SensorNames();
        var groups = new GroupTable([new FusionOptions { Name = "{room}", Members = ["{room}/+"] }], Groups, Members);
        for (int sensor = 0; sensor < Groups * Members; sensor++)
        {
            string name = $"{sensor / Members}/{sensor % Members}";
            names.Add(name);
            groups.Add(sensor, name);
        }

        kernel = new FusionKernel(groups, names, new DetectionOptions());
        var random = new Random(1);
        for (int i = 0; i < Frames; i++)
        {
            batch.Frames.Add() = new Frame { Sequence = i, Group = i % Groups, Time = new EventTime(TimeSpan.TicksPerSecond * (i + 1)), First = batch.Values.Count, Members = Members };
            foreach (ref double value in batch.Values.AddSpan(Members))
            {
                value = 20 + Normal.Standard.Sample(random);
            }
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Frames)]
    public double Product()
    {
        double sum = 0;
        foreach (ref readonly Frame frame in batch.Frames.Items)
        {
            ReadOnlySpan<double> values = batch.ValuesOf(frame);
            for (int i = 0; i < Members; i++)
            {
                beliefs[i] = new Gaussian(values[i], 1);
            }

            sum += PrecisionFusion.Fuse(beliefs).Estimate.Mean;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int Group()
    {
        output.Clear();
        kernel.Process(batch, output);
        return output.Estimates.Count;
    }
}
