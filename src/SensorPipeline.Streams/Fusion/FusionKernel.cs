using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>Fuses each frame of each group that was configured for it.</summary>
public sealed class FusionKernel(GroupTable groups, SensorNames names) : IKernel<FrameBatch, FusionBatch>, ISnapshot
{
    private readonly List<GroupFusion?> fusions = [];

    /// <inheritdoc/>
    public void Process(FrameBatch input, FusionBatch output)
    {
        AddFusions();
        foreach (ref readonly Frame frame in input.Frames.Items)
        {
            fusions[frame.Group]?.Process(frame, input.ValuesOf(frame), output);
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        AddFusions();
        foreach (GroupFusion? fusion in fusions)
        {
            fusion?.Save(writer);
        }
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        AddFusions();
        foreach (GroupFusion? fusion in fusions)
        {
            fusion?.Load(ref reader);
        }
    }

    private void AddFusions()
    {
        while (fusions.Count < groups.Groups.Count)
        {
            Group group = groups.Groups[fusions.Count];
            fusions.Add(group.Options is FusionOptions ? new GroupFusion(group, names) : null);
        }
    }
}
