using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>Fuses each frame of each group that was configured for it.</summary>
public sealed class FusionKernel(GroupTable groups, SensorNames names, DetectionOptions budget) : IKernel<FrameBatch, FusionBatch>, ISnapshot
{
    private readonly GroupStates<GroupFusion> fusions = new(groups, group => group.Options is FusionOptions ? new GroupFusion(group, names, budget) : null);

    private long frames;
    private long covered;

    /// <summary>Frames fused since this graph was built, over all groups.</summary>
    public long Frames => Volatile.Read(ref frames);

    /// <summary>Those of them whose normalised innovation squared lay inside its 95 % band.</summary>
    public long Covered => Volatile.Read(ref covered);

    /// <inheritdoc/>
    public void Process(FrameBatch input, FusionBatch output)
    {
        foreach (ref readonly Frame frame in input.Frames.Items)
        {
            if (fusions[frame.Group] is { } fusion)
            {
                (long inside, long all) = fusion.Coverage;
                fusion.Process(frame, input.ValuesOf(frame), output);
                Volatile.Write(ref covered, covered + fusion.Coverage.Inside - inside);
                Volatile.Write(ref frames, frames + fusion.Coverage.Frames - all);
            }
        }
    }

    /// <summary>Fused frames of a group whose normalised innovation squared lay inside its 95 % band, and all its fused frames.</summary>
    public (long Inside, long Frames) CoverageOf(int group) => fusions[group]?.Coverage ?? (0, 0);

    /// <summary>The members' parts in a group's latest estimate, in the order of the group's members; none for a group that is not fused.</summary>
    public IReadOnlyList<FusedMember> MembersOf(int group) => fusions[group]?.Describe() ?? [];

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => fusions.Save(writer);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => fusions.Load(ref reader);
}
