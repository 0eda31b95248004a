using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>Soft assignments, new models and regime changes, in order.</summary>
public sealed class MixtureBatch : IBatch
{
    /// <summary>One a complete frame of a group that has a model.</summary>
    public Buffer<RegimeState> States { get; } = new();

    /// <summary>The responsibilities the states refer to.</summary>
    public Buffer<double> Responsibilities { get; } = new();

    /// <summary>Models that took effect.</summary>
    public List<MixtureModel> Models { get; } = [];

    /// <summary>Regime changes.</summary>
    public List<StreamEvent> Events { get; } = [];

    /// <summary>The responsibilities of one state, one a component.</summary>
    public ReadOnlySpan<double> ResponsibilitiesOf(in RegimeState state) => Responsibilities.Items.Slice(state.FirstResponsibility, state.Components);

    /// <inheritdoc/>
    public void Clear()
    {
        States.Clear();
        Responsibilities.Clear();
        Models.Clear();
        Events.Clear();
    }
}
