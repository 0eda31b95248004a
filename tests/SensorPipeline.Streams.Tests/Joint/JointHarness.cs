using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Tests.Joint;

/// <summary>A joint kernel with one group, fed frame by frame at 1 Hz.</summary>
internal sealed class JointHarness
{
    private readonly FrameBatch frames = new();
    private readonly GroupTable groups;
    private long sequence;

    public JointHarness(int members, JointOptions? options = null, double? rate = null)
    {
        groups = new GroupTable([(options ?? new JointOptions()) with { Name = "g", Members = ["#"] }], 1, 64);
        var names = new SensorNames();
        for (int i = 0; i < members; i++)
        {
            names.Add($"room/m{i}");
            groups.Add(i, $"room/m{i}");
        }

        Kernel = new JointKernel(groups, names, new DetectionOptions { FalseAlarmRate = rate });
    }

    public JointKernel Kernel { get; }

    public JointBatch Output { get; } = new();

    public List<StreamEvent> Events { get; } = [];

    public JointState Feed(ReadOnlySpan<double> row)
    {
        frames.Clear();
        Output.Clear();
        row.CopyTo(frames.Values.AddSpan(row.Length));
        frames.Frames.Add() = new Frame { Sequence = sequence, Group = 0, Time = Recording.Start + TimeSpan.FromSeconds(sequence), First = 0, Members = row.Length };
        sequence++;
        Kernel.Process(frames, Output);
        Events.AddRange(Output.Events);
        return Output.States[0];
    }

    public byte[] Snapshot()
    {
        var writer = new SnapshotWriter();
        Kernel.Save(writer);
        return writer.Written.ToArray();
    }
}
