using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>Assigns each complete frame of each group that was configured for it to the components of its mixture, and refits the mixture.</summary>
public sealed class MixtureKernel(GroupTable groups) : IKernel<FrameBatch, MixtureBatch>, ISnapshot
{
    private readonly List<GroupMixture?> mixtures = [];

    /// <inheritdoc/>
    public void Process(FrameBatch input, MixtureBatch output)
    {
        AddMixtures();
        foreach (ref readonly Frame frame in input.Frames.Items)
        {
            mixtures[frame.Group]?.Process(frame, input.ValuesOf(frame), output);
        }
    }

    /// <summary>The model in force for a group, or null.</summary>
    public MixtureModel? ModelOf(int group) => group < mixtures.Count ? mixtures[group]?.Model : null;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        AddMixtures();
        foreach (GroupMixture? mixture in mixtures)
        {
            mixture?.Save(writer);
        }
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        AddMixtures();
        foreach (GroupMixture? mixture in mixtures)
        {
            mixture?.Load(ref reader);
        }
    }

    private void AddMixtures()
    {
        while (mixtures.Count < groups.Groups.Count)
        {
            Group group = groups.Groups[mixtures.Count];
            mixtures.Add(group.Options is MixtureOptions options ? new GroupMixture(group, options) : null);
        }
    }
}
