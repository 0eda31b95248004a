using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Simulation;

/// <summary>Tells the scorecard what the service says: flagged readings and fused estimates.</summary>
internal sealed class DemoJudge(SensorGraph graph, Scorecard scorecard) : IResultVisitor
{
    /// <inheritdoc/>
    public void Visit(in Judgement judgement)
    {
        if (judgement.Verdict == Verdict.Outlier)
        {
            scorecard.Flagged(graph.Names[judgement.Sensor], judgement.Time);
        }
    }

    /// <inheritdoc/>
    public void Visit(in FusedEstimate estimate) => scorecard.Fused(graph.Groups.Groups[estimate.Group].Name, estimate.Time, estimate.Mean);

    /// <inheritdoc/>
    public void Visit(StreamEvent happened)
    {
    }

    /// <inheritdoc/>
    public void Visit(MixtureModel model)
    {
    }

    /// <inheritdoc/>
    public void Visit(in RegimeState regime, ReadOnlySpan<double> responsibilities)
    {
    }

    /// <inheritdoc/>
    public void Visit(in JointState joint, ReadOnlySpan<MemberPrediction> predictions, ReadOnlySpan<DerivedValue> derived)
    {
    }
}
