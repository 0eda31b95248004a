using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Joint;

/// <summary>Judges each frame of each group that was configured for it by the joint Gaussian of its members, and lets the members predict each other.</summary>
public sealed class JointKernel(GroupTable groups, SensorNames names, DetectionOptions detection) : IKernel<FrameBatch, JointBatch>, ISnapshot
{
    private readonly GroupStates<GroupJoint> joints = new(
        groups, group => group.Options is JointOptions options ? new GroupJoint(group, options, names, new Budget(detection)) : null);

    /// <inheritdoc/>
    public void Process(FrameBatch input, JointBatch output)
    {
        foreach (ref readonly Frame frame in input.Frames.Items)
        {
            joints[frame.Group]?.Process(frame, input.ValuesOf(frame), output);
        }
    }

    /// <summary>
    /// The joint Gaussian of some of a group's members, in their units: levels, and the covariance about them. Null where the group has none, or a
    /// member has no level yet.
    /// </summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="members">Numbers of the members in the group; none for all of them.</param>
    public MultivariateGaussian? Marginal(int group, params ReadOnlySpan<int> members) => joints[group]?.Marginal(members);

    /// <summary>Alarms a group has raised, each episode counted once.</summary>
    public long EpisodesOf(int group) => joints[group]?.Episodes ?? 0;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => joints.Save(writer);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => joints.Load(ref reader);
}
