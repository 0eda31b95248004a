using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Fusion;

/// <summary>Fused estimates and what there is to tell of them, in order.</summary>
public sealed class FusionBatch : IBatch
{
    /// <summary>One a frame of a fused group.</summary>
    public Buffer<FusedEstimate> Estimates { get; } = new();

    /// <summary>The members' parts in the estimates, one behind the other.</summary>
    public Buffer<FusedMember> Members { get; } = new();

    /// <summary>Conflicts, inconsistencies and their ends.</summary>
    public List<StreamEvent> Events { get; } = [];

    /// <summary>The members' parts in an estimate, in the order of the group's members.</summary>
    public ReadOnlySpan<FusedMember> MembersOf(in FusedEstimate estimate) => Members.Items.Slice(estimate.FirstMember, estimate.MemberCount);

    /// <inheritdoc/>
    public void Clear()
    {
        Estimates.Clear();
        Members.Clear();
        Events.Clear();
    }
}
