using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Snapshots;
namespace SensorPipeline.Streams.Mixtures;
internal sealed class GroupMixture(Group group, MixtureOptions options) : ISnapshot
{
    public MixtureModel? Model { get; private set; }
    public void Process(in Frame frame, ReadOnlySpan<double> values, MixtureBatch output) { _ = group; _ = options; }
    public void Save(SnapshotWriter writer) { }
    public void Load(ref SnapshotReader reader) { }
}
