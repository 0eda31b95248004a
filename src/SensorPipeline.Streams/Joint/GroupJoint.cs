using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Joint;

/// <summary>
/// One group's joint Gaussian, frame by frame: judged by what was known before the frame, absent members predicted, derived channels computed, and
/// then learned. Begins anew when the group gets another member.
/// </summary>
internal sealed class GroupJoint(Group group, JointOptions options, SensorNames names, Budget budget) : ISnapshot
{
    private readonly DerivedChannels derived = new(group, options.Derived, names);
    private JointModel model = new(0);
    private MemberPrediction[] absent = [];
    private TypicalInterval interval;
    private EventTime last = EventTime.None;
    private long eventSequence = -1;
    private int eventOrdinal;

    /// <summary>Alarms raised.</summary>
    public long Episodes { get; private set; }

    /// <summary>Takes the next frame.</summary>
    public void Process(in Frame frame, ReadOnlySpan<double> values, JointBatch output)
    {
        Resize(values.Length);
        interval = last.IsSome ? interval.Observe(frame.Time - last) : interval;
        last = frame.Time;
        bool wasOpen = model.IsOpen;
        model.Score(values, budget.PointProbability(budget.Total(interval.Seconds)));
        int firstPrediction = output.Predictions.Count, firstDerived = output.Derived.Count;
        Predict(values, output);
        derived.Compute(values, absent, model, output.Derived);
        output.States.Add() = new JointState
        {
            Sequence = frame.Sequence,
            Group = group.Index,
            Time = frame.Time,
            TailProbability = model.TailProbability,
            Score = model.Rank,
            IsOutlier = model.IsOpen,
            Calibrated = model.IsCalibrated,
            Blame = model.Blame < 0 ? -1 : group.Members[model.Blame],
            FirstPrediction = firstPrediction,
            Predictions = output.Predictions.Count - firstPrediction,
            FirstDerived = firstDerived,
            Derived = output.Derived.Count - firstDerived,
        };
        Tell(frame, values, wasOpen, output);
        model.Learn(values);
    }

    /// <summary>The joint Gaussian of some members, or of all; null where one has no level yet.</summary>
    public MultivariateGaussian? Marginal(ReadOnlySpan<int> members)
    {
        int[] all = [.. Enumerable.Range(0, model.Members)];
        return model.Members == 0 ? null : model.Marginal(members.IsEmpty ? all : members);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(model.Members);
        model.Save(writer);
        writer.Write(interval);
        writer.Write(last);
        writer.Write(Episodes);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        int members = reader.Read<int>();
        if (members < 0 || members > group.Members.Count)
        {
            throw new InvalidDataException($"The snapshot holds {members} members of a group of {group.Members.Count}.");
        }

        Resize(members);
        model.Load(ref reader);
        interval = reader.Read<TypicalInterval>();
        last = reader.Read<EventTime>();
        Episodes = reader.Read<long>();
    }

    private void Resize(int members)
    {
        if (members != model.Members)
        {
            model = new JointModel(members);
            absent = new MemberPrediction[members];
            derived.Bind(members);
        }
    }

    private void Predict(ReadOnlySpan<double> values, JointBatch output)
    {
        for (int i = 0; i < values.Length; i++)
        {
            absent[i] = default;
            bool isPresent = !double.IsNaN(values[i]);
            if ((!isPresent || options.PredictsEveryMember) && model.TryPredict(i, values[i], group.Members[i], out MemberPrediction prediction))
            {
                output.Predictions.Add() = prediction;
                absent[i] = isPresent ? default : prediction;
            }
        }
    }

    private void Tell(in Frame frame, ReadOnlySpan<double> values, bool wasOpen, JointBatch output)
    {
        if (model.IsOpen == wasOpen)
        {
            return;
        }

        Episodes += wasOpen ? 0 : 1;
        eventOrdinal = eventSequence == frame.Sequence ? eventOrdinal + 1 : 0;
        eventSequence = frame.Sequence;
        var happened = new StreamEvent
        {
            Sequence = frame.Sequence,
            Ordinal = eventOrdinal,
            Kind = wasOpen ? EventKind.Recovered : EventKind.Outlier,
            Sensor = -1,
            Group = group.Name,
            GroupIndex = group.Index,
            Time = frame.Time,
            TailProbability = model.TailProbability,
            Reason = "The members fit each other again, or have settled where they are.",
        };
        output.Events.Add(wasOpen ? happened : Blaming(happened, values));
    }

    private StreamEvent Blaming(StreamEvent happened, ReadOnlySpan<double> values)
    {
        int member = model.Blame;
        int sensor = group.Members[member];
        model.TryPredict(member, values[member], sensor, out MemberPrediction expected);
        string often = model.AlarmRate > 0 && interval.Count > 0 ? Occasion.Duration(interval.Seconds / model.AlarmRate) : "more than a lifetime";
        double reach = 2 * expected.StandardDeviation;
        return happened with
        {
            Sensor = sensor,
            Value = values[member],
            ExpectedMean = expected.Mean,
            ExpectedStandardDeviation = expected.StandardDeviation,
            Lower = expected.Mean - reach,
            Upper = expected.Mean + reach,
            Reason = FormattableString.Invariant(
                $"{names[sensor]} reads {values[member]:G6} where the other members of {group.Name} and its past give {expected.Mean:G6} ± {reach:G2}; a group this far from itself is expected once in {often}."),
        };
    }
}
