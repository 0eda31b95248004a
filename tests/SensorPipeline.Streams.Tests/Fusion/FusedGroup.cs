using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Tests.Fusion;

/// <summary>One group of sensors a second apart whose frames a test makes up.</summary>
internal sealed class FusedGroup
{
    private readonly SensorNames names = new();
    private readonly FrameBatch frames = new();
    private readonly FusionBatch batch = new();
    private long time;

    public FusedGroup(int members)
    {
        var groups = new GroupTable([new FusionOptions { Name = "room", Members = ["#"] }], 10, 64);
        for (int i = 0; i < members; i++)
        {
            names.Add($"s{i}");
            groups.Add(i, $"s{i}");
        }

        Kernel = new FusionKernel(groups, names, new DetectionOptions());
    }

    public FusionKernel Kernel { get; }

    public List<FusedEstimate> Estimates { get; } = [];

    public List<StreamEvent> Events { get; } = [];

    public FusedEstimate Latest => Estimates[^1];

    public FusedEstimate Fuse(params double[] values)
    {
        Feed(values);
        Estimates.AddRange(batch.Estimates.Items);
        Events.AddRange(batch.Events);
        return Latest;
    }

    /// <summary>As <see cref="Fuse"/>, and keeps nothing.</summary>
    public void Feed(ReadOnlySpan<double> values)
    {
        frames.Clear();
        batch.Clear();
        frames.Values.AddRange(values);
        frames.Frames.Add() = new Frame { Sequence = time, Group = 0, Time = Recording.At(time), First = 0, Members = values.Length };
        time++;
        Kernel.Process(frames, batch);
    }

    /// <summary>The estimate after so many seconds in which nobody reported, when a third member of which nothing is known yet says something.</summary>
    public FusedEstimate After(int seconds)
    {
        time += seconds;
        return Fuse(double.NaN, double.NaN, 20);
    }

    public FusedGroup Restored(int members)
    {
        var writer = new SnapshotWriter();
        Kernel.Save(writer);
        var reader = new SnapshotReader(writer.Written);
        var restored = new FusedGroup(members) { time = time };
        restored.Kernel.Load(ref reader);
        return restored;
    }

    /// <summary>Mean of the squared errors over the claimed variances after a warm-up.</summary>
    public double NormalisedError(IReadOnlyList<double> truth, int after) =>
        Enumerable.Range(after, Estimates.Count - after).Average(t => (Estimates[t].Mean - truth[t]) * (Estimates[t].Mean - truth[t]) / Estimates[t].Variance);

    public double RootMeanSquareError(IReadOnlyList<double> truth, int after) =>
        Math.Sqrt(Enumerable.Range(after, Estimates.Count - after).Average(t => (Estimates[t].Mean - truth[t]) * (Estimates[t].Mean - truth[t])));

    public static double[] Walk(Random random, int count, double step)
    {
        double level = 20;
        return [.. Enumerable.Range(0, count).Select(_ => level += step * Noise(random))];
    }

    public static double Noise(Random random) => Normal.Standard.Sample(random);
}
