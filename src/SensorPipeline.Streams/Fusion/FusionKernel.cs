using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>Fuses each frame of each group that was configured for it.</summary>
public sealed class FusionKernel(GroupTable groups, SensorNames names, DetectionOptions budget) : IKernel<FrameBatch, FusionBatch>, ISnapshot
{
    private readonly GroupStates<GroupFusion> fusions = new(groups, group => group.Options is FusionOptions ? new GroupFusion(group, names, budget) : null);

    /// <inheritdoc/>
    public void Process(FrameBatch input, FusionBatch output)
    {
        foreach (ref readonly Frame frame in input.Frames.Items)
        {
            fusions[frame.Group]?.Process(frame, input.ValuesOf(frame), output);
        }
    }

    /// <summary>Fused frames of a group whose normalised innovation squared lay inside its 95 % band, and all its fused frames.</summary>
    public (long Inside, long Frames) CoverageOf(int group) => fusions[group]?.Coverage ?? (0, 0);

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => fusions.Save(writer);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => fusions.Load(ref reader);
}
