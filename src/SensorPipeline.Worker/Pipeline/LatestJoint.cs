using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>The latest that was said of a joint group, kept until it is published.</summary>
internal sealed class LatestJoint
{
    private readonly Buffer<MemberPrediction> predictions = new();
    private readonly Buffer<DerivedValue> derived = new();

    public JointState State { get; private set; }

    public ReadOnlySpan<MemberPrediction> Predictions => predictions.Items;

    public ReadOnlySpan<DerivedValue> Derived => derived.Items;

    public void Set(in JointState state, ReadOnlySpan<MemberPrediction> ofMembers, ReadOnlySpan<DerivedValue> ofChannels)
    {
        State = state;
        predictions.Clear();
        predictions.AddRange(ofMembers);
        derived.Clear();
        derived.AddRange(ofChannels);
    }
}
