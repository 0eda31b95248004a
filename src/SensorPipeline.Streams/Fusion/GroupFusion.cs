using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// One group's estimate, frame by frame: the product of its members' Gaussians N(xᵢ, vᵢ). A member that is absent counts with its last
/// reading and the variance of its age; a member that contradicts the product of the others is left out; members that disagree by more than
/// their noise widen the result by the Birge ratio.
/// </summary>
internal sealed class GroupFusion(Group group, SensorNames names) : ISnapshot
{
    private const double GateProbability = 1e-4;
    private const double WidenBelow = 0.01;
    private const double InconsistentBelow = 1e-3;
    private const int MissedFramesBeforeDropped = 5;
    private const double LeastRelativeVariance = 1e-18;

    private static readonly double Gate = new ChiSquared(1).InverseSurvivalProbability(GateProbability);

    private readonly NoiseCovariance noise = new();
    private Member[] members = [];
    private double[] variances = [];
    private Candidate[] candidates = [];
    private Persistence inconsistency;
    private long eventSequence = -1;
    private int eventOrdinal;

    /// <summary>Fuses one frame by what was known before it, then learns from it.</summary>
    public void Process(in Frame frame, ReadOnlySpan<double> values, FusionBatch output)
    {
        Grow(values.Length);
        noise.Variances(variances);
        Span<Candidate> present = candidates.AsSpan(0, Gather(values));
        int kept = LeaveOutContradictions(present);
        output.Estimates.Add() = Fuse(frame, present, kept);
        Tell(frame, present, kept, output);
        noise.Observe(values);
        Remember(values);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        noise.Save(writer);
        writer.WriteSpan<Member>(members);
        writer.Write(inconsistency);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        noise.Load(ref reader);
        members = reader.ReadArray<Member>();
        variances = new double[members.Length];
        candidates = new Candidate[members.Length];
        inconsistency = reader.Read<Persistence>();
    }

    private void Grow(int count)
    {
        int from = members.Length;
        if (count <= from)
        {
            return;
        }

        Array.Resize(ref members, count);
        members.AsSpan(from).Fill(new Member(double.NaN, 0, default));
        variances = new double[count];
        candidates = new Candidate[count];
    }

    private int Gather(ReadOnlySpan<double> values)
    {
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            bool isPresent = !double.IsNaN(values[i]);
            int missed = isPresent ? 0 : members[i].Missed + 1;
            double mean = isPresent ? values[i] : members[i].Last;
            // Members that never differ are as precise as anyone can say, yet not certain.
            double variance = Math.Max(variances[i] + (missed * noise.Movement), LeastRelativeVariance * mean * mean);
            if (missed <= MissedFramesBeforeDropped && double.IsFinite(mean) && double.IsFinite(variance))
            {
                candidates[count++] = new Candidate(i, new Gaussian(mean, variance));
            }
        }

        return count;
    }

    // With two members a contradiction can be seen, but not whose it is: nobody is left out then.
    private static int LeaveOutContradictions(Span<Candidate> present)
    {
        int kept = present.Length;
        while (kept >= 3)
        {
            (int worst, double distance) = FarthestFromOthers(present[..kept]);
            if (distance <= Gate)
            {
                break;
            }

            kept--;
            (present[worst], present[kept]) = (present[kept], present[worst]);
        }

        return kept;
    }

    private static (int Worst, double Distance) FarthestFromOthers(ReadOnlySpan<Candidate> kept)
    {
        int worst = 0;
        double farthest = -1;
        for (int i = 0; i < kept.Length; i++)
        {
            Gaussian others = Gaussian.MultiplicativeIdentity;
            for (int j = 0; j < kept.Length; j++)
            {
                others = j == i ? others : others * kept[j].Belief;
            }

            double innovation = kept[i].Belief.Mean - others.Mean;
            double distance = innovation * innovation / (kept[i].Belief.Variance + others.Variance);
            (worst, farthest) = distance > farthest ? (i, distance) : (worst, farthest);
        }

        return (worst, farthest);
    }

    private static FusedEstimate Fuse(in Frame frame, ReadOnlySpan<Candidate> present, int kept)
    {
        Gaussian fused = Gaussian.MultiplicativeIdentity;
        foreach (Candidate candidate in present[..kept])
        {
            fused *= candidate.Belief;
        }

        double chiSquare = 0;
        foreach (Candidate candidate in present[..kept])
        {
            double deviation = candidate.Belief.Mean - fused.Mean;
            chiSquare += deviation * deviation / candidate.Belief.Variance;
        }

        double agreement = kept < 2 ? 1 : new ChiSquared(kept - 1).SurvivalProbability(chiSquare);
        double widening = agreement < WidenBelow ? chiSquare / (kept - 1) : 1;
        return new FusedEstimate
        {
            Sequence = frame.Sequence,
            Group = frame.Group,
            Time = frame.Time,
            Mean = kept == 0 ? double.NaN : fused.Mean,
            Variance = kept == 0 ? double.NaN : fused.Variance * widening,
            Members = kept,
            Gated = present.Length - kept,
            ChiSquare = chiSquare,
            Status = kept == 0 ? FusionStatus.Unavailable : agreement < InconsistentBelow ? FusionStatus.Inconsistent : FusionStatus.Consistent,
        };
    }

    private void Tell(in Frame frame, ReadOnlySpan<Candidate> present, int kept, FusionBatch output)
    {
        FusedEstimate estimate = output.Estimates[output.Estimates.Count - 1];
        for (int k = 0; k < present.Length; k++)
        {
            ref Member member = ref members[present[k].Member];
            bool lasted = member.Contradiction.Lasts;
            member = member with { Contradiction = member.Contradiction.Observe(k >= kept) };
            if (member.Contradiction.Lasts != lasted)
            {
                output.Events.Add(EventOfMember(frame, estimate, present[k], lasted ? EventKind.Recovered : EventKind.Conflict));
            }
        }

        bool wasInconsistent = inconsistency.Lasts;
        inconsistency = inconsistency.Observe(estimate.Status == FusionStatus.Inconsistent);
        if (inconsistency.Lasts != wasInconsistent)
        {
            output.Events.Add(EventOfGroup(frame, estimate, wasInconsistent ? EventKind.Recovered : EventKind.Inconsistent));
        }
    }

    private StreamEvent EventOfMember(in Frame frame, in FusedEstimate estimate, Candidate candidate, EventKind kind)
    {
        int sensor = group.Members[candidate.Member];
        string what = kind == EventKind.Conflict ? "contradicts" : "agrees again with";
        return EventOfGroup(frame, estimate, kind) with
        {
            Sensor = sensor,
            Value = candidate.Belief.Mean,
            Reason = FormattableString.Invariant(
                $"{names[sensor]} reads {candidate.Belief.Mean:G6} and {what} the other members, which read {estimate.Mean:G6} ± {2 * Math.Sqrt(estimate.Variance):G2}."),
        };
    }

    private StreamEvent EventOfGroup(in Frame frame, in FusedEstimate estimate, EventKind kind)
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

    private void Remember(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            members[i] = double.IsNaN(values[i])
                ? members[i] with { Missed = Math.Min(members[i].Missed + 1, MissedFramesBeforeDropped + 1) }
                : members[i] with { Last = values[i], Missed = 0 };
        }
    }

    /// <summary>What is kept of a member: last reading, frames missed since, and how long it has contradicted the others.</summary>
    private readonly record struct Member(double Last, int Missed, Persistence Contradiction);

    private readonly record struct Candidate(int Member, Gaussian Belief);
}
