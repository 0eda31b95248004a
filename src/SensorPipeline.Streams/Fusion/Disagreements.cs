using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// What a group's disagreements are worth telling: a member that contradicts the others for a while, by name, and a group of which none can be named. A group
/// is inconsistent from the time a fifth of its recent frames were, until a twentieth is.
/// </summary>
internal sealed class Disagreements(Group group, SensorNames names) : ISnapshot
{
    private const double Memory = 50;
    private const double BeginsAbove = 0.2;
    private const double EndsBelow = 0.05;

    private Persistence[] conflicts = [];
    private double share;
    private bool isInconsistent;
    private bool wasInconsistent;
    private long eventSequence = -1;
    private int eventOrdinal;

    /// <summary>Makes room for members.</summary>
    public void Grow(int members) => Array.Resize(ref conflicts, members);

    /// <summary>Whether the group is inconsistent after one more frame that was or was not.</summary>
    public bool Observe(bool disagrees)
    {
        share += ((disagrees ? 1 : 0) - share) / Memory;
        isInconsistent = isInconsistent ? share > EndsBelow : share > BeginsAbove;
        return isInconsistent;
    }

    /// <summary>Tells what has begun or ended with the latest estimate.</summary>
    public void Tell(in Frame frame, ReadOnlySpan<double> values, ReadOnlySpan<MemberStatus> statuses, FusionBatch output)
    {
        FusedEstimate estimate = output.Estimates[output.Estimates.Count - 1];
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
            {
                continue;
            }

            bool lasted = conflicts[i].Lasts;
            conflicts[i] = conflicts[i].Observe(statuses[i] is MemberStatus.Gated or MemberStatus.Moving);
            if (conflicts[i].Lasts != lasted)
            {
                output.Events.Add(OfMember(frame, estimate, group.Members[i], values[i], lasted ? EventKind.Recovered : EventKind.Conflict));
            }
        }

        if (isInconsistent != wasInconsistent)
        {
            output.Events.Add(OfGroup(frame, estimate, isInconsistent ? EventKind.Inconsistent : EventKind.Recovered));
            wasInconsistent = isInconsistent;
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<Persistence>(conflicts);
        writer.Write(share);
        writer.Write(isInconsistent);
        writer.Write(wasInconsistent);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        conflicts = reader.ReadArray<Persistence>();
        share = reader.Read<double>();
        isInconsistent = reader.Read<bool>();
        wasInconsistent = reader.Read<bool>();
    }

    private StreamEvent OfMember(in Frame frame, in FusedEstimate estimate, int sensor, double value, EventKind kind)
    {
        string what = kind == EventKind.Conflict ? "contradicts" : "agrees again with";
        return OfGroup(frame, estimate, kind) with
        {
            Sensor = sensor,
            Value = value,
            Reason = FormattableString.Invariant(
                $"{names[sensor]} reads {value:G6} and {what} the other members, which read {estimate.Mean:G6} ± {2 * Math.Sqrt(estimate.Variance):G2}."),
        };
    }

    private StreamEvent OfGroup(in Frame frame, in FusedEstimate estimate, EventKind kind)
    {
        eventOrdinal = eventSequence == frame.Sequence ? eventOrdinal + 1 : 0;
        eventSequence = frame.Sequence;
        return new StreamEvent
        {
            Sequence = frame.Sequence,
            Ordinal = eventOrdinal,
            Kind = kind,
            Sensor = -1,
            Group = group.Name,
            GroupIndex = group.Index,
            Time = frame.Time,
            ExpectedMean = estimate.Mean,
            ExpectedStandardDeviation = Math.Sqrt(estimate.Variance),
            Reason = kind == EventKind.Inconsistent
                ? "The members disagree by more than their noise explains, and none of them can be named."
                : "The members agree again.",
        };
    }
}
