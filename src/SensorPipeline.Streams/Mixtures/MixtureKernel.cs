using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>Assigns each frame of each group that was configured for it to the components of its mixture, and refits the mixture, one group after the other, on a thread of their own.</summary>
public sealed class MixtureKernel : IKernel<FrameBatch, MixtureBatch>, ISnapshot
{
    private readonly RefitQueue refits = new();
    private readonly GroupStates<GroupMixture> mixtures;

    /// <summary>A kernel for the groups that have <see cref="MixtureOptions"/>.</summary>
    public MixtureKernel(GroupTable groups, DetectionOptions detection)
    {
        var budget = new Budget(detection);
        mixtures = new(groups, group => group.Options is MixtureOptions options ? new GroupMixture(group, options, budget, refits) : null);
    }

    /// <summary>How many refits were not ready when they were to take effect, so that the graph had to wait.</summary>
    public long LateRefits => refits.Late;

    /// <summary>Has the durations of refits recorded, on the thread they run on. No result depends on them.</summary>
    public void Measure(TimeProvider clock, Action<TimeSpan> record) => refits.Measure(clock, record);

    /// <inheritdoc/>
    public void Process(FrameBatch input, MixtureBatch output)
    {
        foreach (ref readonly Frame frame in input.Frames.Items)
        {
            mixtures[frame.Group]?.Process(frame, input.ValuesOf(frame), output);
        }
    }

    /// <summary>The model in force for a group as it is now, or null.</summary>
    public MixtureModel? ModelOf(int group) => mixtures[group]?.Model;

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer) => mixtures.Save(writer);

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader) => mixtures.Load(ref reader);
}
