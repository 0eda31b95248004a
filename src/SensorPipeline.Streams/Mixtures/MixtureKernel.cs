using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>Assigns each complete frame of each group that was configured for it to the components of its mixture, and refits the mixture.</summary>
public sealed class MixtureKernel(GroupTable groups) : IKernel<FrameBatch, MixtureBatch>, ISnapshot
{
    private readonly GroupStates<GroupMixture> mixtures = new(groups, group => group.Options is MixtureOptions options ? new GroupMixture(group, options) : null);

    /// <inheritdoc/>
    public void Process(FrameBatch input, MixtureBatch output)
    {
        foreach (ref readonly Frame frame in input.Frames.Items)
        {
            mixtures[frame.Group]?.Process(frame, input.ValuesOf(frame), output);
        }
    }

    /// <summary>The model in force for a group, or null.</summary>
    public MixtureModel? ModelOf(int group) => mixtures[group]?.Model;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => mixtures.Save(writer);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => mixtures.Load(ref reader);
}
