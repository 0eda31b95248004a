using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Joint;

/// <summary>How frames fit, what absent members would read, derived channels, and what there is to tell, in order.</summary>
public sealed class JointBatch : IBatch
{
    /// <summary>One a frame of a joint group.</summary>
    public Buffer<JointState> States { get; } = new();

    /// <summary>The predictions the states refer to.</summary>
    public Buffer<MemberPrediction> Predictions { get; } = new();

    /// <summary>The derived values the states refer to.</summary>
    public Buffer<DerivedValue> Derived { get; } = new();

    /// <summary>Episodes and their ends.</summary>
    public List<StreamEvent> Events { get; } = [];

    /// <summary>The predictions of one state.</summary>
    public ReadOnlySpan<MemberPrediction> PredictionsOf(in JointState state) => Predictions.Items.Slice(state.FirstPrediction, state.Predictions);

    /// <summary>The derived values of one state, one a channel.</summary>
    public ReadOnlySpan<DerivedValue> DerivedOf(in JointState state) => Derived.Items.Slice(state.FirstDerived, state.Derived);

    /// <inheritdoc/>
    public void Clear()
    {
        States.Clear();
        Predictions.Clear();
        Derived.Clear();
        Events.Clear();
    }
}
