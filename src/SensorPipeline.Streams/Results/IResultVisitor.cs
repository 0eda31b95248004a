using SensorPipeline.Streams.Mixtures;

namespace SensorPipeline.Streams.Results;

/// <summary>Sees the graph's results one after the other.</summary>
public interface IResultVisitor
{
    /// <summary>A reading was judged.</summary>
    void Visit(in Judgement judgement);

    /// <summary>Something happened.</summary>
    void Visit(StreamEvent happened);

    /// <summary>A frame was fused.</summary>
    void Visit(in FusedEstimate estimate);

    /// <summary>A mixture took effect.</summary>
    void Visit(MixtureModel model);

    /// <summary>A frame was assigned to a mixture's components.</summary>
    void Visit(in RegimeState regime, ReadOnlySpan<double> responsibilities);

    /// <summary>A frame was judged by the joint Gaussian of its group.</summary>
    void Visit(in JointState joint, ReadOnlySpan<MemberPrediction> predictions, ReadOnlySpan<DerivedValue> derived);
}
