using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>Fuses each frame of each group that was configured for it.</summary>
public sealed class FusionKernel(GroupTable groups, SensorNames names) : IKernel<FrameBatch, FusionBatch>, ISnapshot
{
    private readonly GroupStates<GroupFusion> fusions = new(groups, group => group.Options is FusionOptions ? new GroupFusion(group, names) : null);

    /// <inheritdoc/>
    public void Process(FrameBatch input, FusionBatch output)
    {
        foreach (ref readonly Frame frame in input.Frames.Items)
        {
            fusions[frame.Group]?.Process(frame, input.ValuesOf(frame), output);
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => fusions.Save(writer);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => fusions.Load(ref reader);
}
