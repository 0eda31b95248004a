using BenchmarkDotNet.Attributes;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;

namespace SensorPipeline.Benchmarks.Streams;

/// <summary>A thousand frames of a group of eight sensors, beside what a squared Mahalanobis distance alone costs; nanoseconds a frame.</summary>
public class GroupJointBenchmark
{
    private const int Frames = 1000;
    private const int Members = 8;

    private readonly FrameBatch batch = new();
    private readonly JointBatch output = new();
    private MultivariateGaussian known = null!;
    private JointKernel kernel = null!;

    [GlobalSetup]
    public void Setup()
    {
        var names = new SensorNames();
        var groups = new GroupTable([new JointOptions { Name = "all", Members = ["#"] }], 1, Members);
        for (int sensor = 0; sensor < Members; sensor++)
        {
            names.Add($"m{sensor}");
            groups.Add(sensor, $"m{sensor}");
        }

        kernel = new JointKernel(groups, names, new DetectionOptions());
        var random = new Random(1);
        for (int i = 0; i < Frames; i++)
        {
            batch.Frames.Add() = new Frame { Sequence = i, Group = 0, Time = new EventTime(TimeSpan.TicksPerSecond * (i + 1)), First = batch.Values.Count, Members = Members };
            double common = Normal.Standard.Sample(random);
            foreach (ref double value in batch.Values.AddSpan(Members))
            {
                value = 20 + common + Normal.Standard.Sample(random);
            }
        }

        kernel.Process(batch, output);
        known = kernel.Marginal(0)!;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Frames)]
    public double Distance()
    {
        double sum = 0;
        foreach (ref readonly Frame frame in batch.Frames.Items)
        {
            sum += known.SquaredMahalanobisDistance(batch.ValuesOf(frame));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int Group()
    {
        output.Clear();
        kernel.Process(batch, output);
        return output.States.Count;
    }
}
