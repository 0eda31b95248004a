using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Fusion;

/// <summary>Fused estimates and what there is to tell of them, in order.</summary>
public sealed class FusionBatch : IBatch
{
    /// <summary>One a frame of a fused group.</summary>
    public Buffer<FusedEstimate> Estimates { get; } = new();

    /// <summary>Conflicts, inconsistencies and their ends.</summary>
    public List<StreamEvent> Events { get; } = [];

    /// <inheritdoc/>
    public void Clear()
    {
        Estimates.Clear();
        Events.Clear();
    }
}
