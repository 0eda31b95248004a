using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>What there is to tell of a group's regimes within the alarm budget: that it has moved to another, and that it is in none.</summary>
internal sealed class RegimeAlarms(Group group, Budget budget) : ISnapshot
{
    private RegimeWatch regime = RegimeWatch.New;
    private NoveltyWatch novelty;

    /// <summary>Label of the regime the group is in.</summary>
    public int Regime => regime.Regime;

    /// <summary>Takes the next frame: the label of its component, how well it fits, and the group's typical interval.</summary>
    public void Observe(in Frame frame, int label, double tailProbability, double intervalSeconds, MixtureBatch output)
    {
        double chance = budget.PointProbability(budget.Total(intervalSeconds));
        NoveltyWatch before = novelty;
        novelty = novelty.Observe(tailProbability, chance);
        if (novelty.IsOpen && !before.IsOpen)
        {
            Tell(frame, EventKind.Novel, tailProbability, "No known regime explains the group's readings.", output);
        }

        // What is in no regime has not moved to the one that happens to be nearest.
        int former = regime.Regime;
        regime = novelty.IsOpen ? regime : regime.Observe(label, chance);
        if (former >= 0 && regime.Regime != former)
        {
            Tell(frame, EventKind.RegimeChange, double.NaN, FormattableString.Invariant($"Moved from regime {former} to regime {regime.Regime}."), output);
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(regime);
        writer.Write(novelty);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        regime = reader.Read<RegimeWatch>();
        novelty = reader.Read<NoveltyWatch>();
    }

    private void Tell(in Frame frame, EventKind kind, double tailProbability, string reason, MixtureBatch output)
    {
        long sequence = frame.Sequence;
        output.Events.Add(new StreamEvent
        {
            Sequence = sequence,
            Ordinal = output.Events.Count(happened => happened.Sequence == sequence && happened.GroupIndex == group.Index),
            Kind = kind,
            Sensor = -1,
            Group = group.Name,
            GroupIndex = group.Index,
            Time = frame.Time,
            TailProbability = tailProbability,
            Reason = reason,
        });
    }
}
