using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// One group's mixture. A complete frame is assigned softly by the model in force and then joins the window. A refit takes the window when it
/// is due by event time, runs on another thread, and takes effect a tenth of the refit interval later, again by event time; a frame that comes
/// then waits for it. So the result does not depend on how fast the machine is.
/// </summary>
internal sealed class GroupMixture(Group group, MixtureOptions options) : ISnapshot
{
    private const int FirstRefit = 100;
    private const double FramesPerRefit = 500;
    private const double LagShare = 0.1;
    private const int FramesToChangeRegime = 3;

    private readonly FrameWindow window = new(options.Window);
    private GaussianMixture? mixture;
    private Task<RefittedMixture?>? pending;
    private EventTime takesEffect;
    private EventTime due = EventTime.None;
    private EventTime last = EventTime.None;
    private TypicalInterval interval;
    private int labelsGiven;
    private int regime = -1;
    private int elsewhere = -1;
    private int framesElsewhere;

    /// <summary>The model in force, or null.</summary>
    public MixtureModel? Model { get; private set; }

    /// <summary>Takes the next frame; one with a member missing is left out.</summary>
    public void Process(in Frame frame, ReadOnlySpan<double> values, MixtureBatch output)
    {
        if (pending is not null && frame.Time >= takesEffect)
        {
            Install(frame, output);
        }

        if (HasNaN(values))
        {
            return;
        }

        Assign(frame, values, output);
        interval = last.IsSome ? interval.Observe(frame.Time - last) : interval;
        last = frame.Time;
        window.Add(values);
        StartRefitIfDue(frame.Time);
    }

    /// <summary>Writes the state. A refit that is under way is awaited: its result belongs to the state.</summary>
    public void Save(SnapshotWriter writer)
    {
        window.Save(writer);
        Save(writer, mixture);
        writer.Write(pending is not null);
        RefittedMixture? candidate = pending?.GetAwaiter().GetResult();
        Save(writer, candidate?.Mixture);
        writer.Write(candidate?.MeanLogLikelihood ?? double.NaN);
        writer.Write(takesEffect);
        writer.Write(due);
        writer.Write(last);
        writer.Write(interval);
        writer.Write(labelsGiven);
        writer.Write(regime);
        writer.Write(elsewhere);
        writer.Write(framesElsewhere);
        writer.WriteSpan<int>(Model?.Labels ?? []);
        writer.Write(Model?.Sequence ?? 0);
        writer.Write(Model?.Time ?? EventTime.None);
        writer.Write(Model?.Refit ?? 0);
        writer.Write(Model?.Rows ?? 0);
        writer.Write(Model?.MeanLogLikelihood ?? double.NaN);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        window.Load(ref reader);
        mixture = LoadMixture(ref reader);
        bool isPending = reader.Read<bool>();
        GaussianMixture? candidate = LoadMixture(ref reader);
        double candidateLikelihood = reader.Read<double>();
        pending = isPending ? Task.FromResult(candidate is null ? null : new RefittedMixture(candidate, candidateLikelihood)) : null;
        takesEffect = reader.Read<EventTime>();
        due = reader.Read<EventTime>();
        last = reader.Read<EventTime>();
        interval = reader.Read<TypicalInterval>();
        labelsGiven = reader.Read<int>();
        regime = reader.Read<int>();
        elsewhere = reader.Read<int>();
        framesElsewhere = reader.Read<int>();
        int[] labels = reader.ReadArray<int>();
        var (sequence, time) = (reader.Read<long>(), reader.Read<EventTime>());
        var (refit, rows, likelihood) = (reader.Read<int>(), reader.Read<int>(), reader.Read<double>());
        Model = mixture is null ? null : Describe(mixture, labels, sequence, time, refit, rows, likelihood);
    }

    private static bool HasNaN(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (double.IsNaN(value))
            {
                return true;
            }
        }

        return false;
    }

    private static void Save(SnapshotWriter writer, GaussianMixture? saved)
    {
        writer.WriteSpan(saved is null ? [] : saved.MixingWeights);
        writer.WriteSpan(saved is null ? [] : saved.Means);
        writer.WriteSpan(saved is null ? [] : saved.Covariances);
    }

    private static GaussianMixture? LoadMixture(ref SnapshotReader reader)
    {
        double[] weights = reader.ReadArray<double>();
        double[] means = reader.ReadArray<double>();
        double[] covariances = reader.ReadArray<double>();
        return weights.Length == 0 ? null : new GaussianMixture(weights, means, covariances);
    }

    private void Assign(in Frame frame, ReadOnlySpan<double> values, MixtureBatch output)
    {
        if (mixture is null || mixture.Dimension != values.Length)
        {
            return;
        }

        int first = output.Responsibilities.Count;
        Span<double> responsibilities = output.Responsibilities.AddSpan(mixture.Components);
        double logDensity = mixture.Responsibilities(values, responsibilities);
        int most = 0;
        for (int k = 1; k < responsibilities.Length; k++)
        {
            most = responsibilities[k] > responsibilities[most] ? k : most;
        }

        int label = Model!.Labels[most];
        output.States.Add() = new RegimeState
        {
            Sequence = frame.Sequence,
            Group = group.Index,
            Time = frame.Time,
            Label = label,
            FirstResponsibility = first,
            Components = responsibilities.Length,
            LogDensity = logDensity,
        };
        Follow(frame, label, output);
    }

    // A regime is another one when three frames in a row say so.
    private void Follow(in Frame frame, int label, MixtureBatch output)
    {
        framesElsewhere = label == regime ? 0 : label == elsewhere ? framesElsewhere + 1 : 1;
        elsewhere = label;
        if (framesElsewhere < FramesToChangeRegime)
        {
            return;
        }

        if (regime >= 0)
        {
            long sequence = frame.Sequence;
            output.Events.Add(new StreamEvent
            {
                Sequence = sequence,
                Ordinal = output.Events.Count(happened => happened.Sequence == sequence && happened.GroupIndex == group.Index),
                Kind = EventKind.RegimeChange,
                Sensor = -1,
                Group = group.Name,
                GroupIndex = group.Index,
                Time = frame.Time,
                Reason = FormattableString.Invariant($"Moved from regime {regime} to regime {label}."),
            });
        }

        regime = label;
        framesElsewhere = 0;
    }

    private void StartRefitIfDue(EventTime now)
    {
        if (pending is not null || now < due || window.Count < Math.Min(FirstRefit, options.Window))
        {
            return;
        }

        TimeSpan every = options.Refit ?? interval.Times(FramesPerRefit);
        double[] rows = window.ToArray();
        int dimension = window.Dimension;
        pending = Task.Run(() => MixtureRefit.Fit(rows, dimension, options.MaximumComponents));
        takesEffect = now + (every * LagShare);
        due = now + every;
    }

    private void Install(in Frame frame, MixtureBatch output)
    {
        RefittedMixture? refitted = pending!.GetAwaiter().GetResult();
        pending = null;
        // A member that joined meanwhile makes the fit one of another group.
        if (refitted is not { Mixture: var fitted } || fitted.Dimension != frame.Members)
        {
            return;
        }

        int[] labels = Label(fitted);
        mixture = fitted;
        Model = Describe(fitted, labels, frame.Sequence, frame.Time, (Model?.Refit ?? 0) + 1, window.Count, refitted.MeanLogLikelihood);
        output.Models.Add(Model);
    }

    private int[] Label(GaussianMixture fitted)
    {
        int[] labels = new int[fitted.Components];
        Array.Fill(labels, -1);
        if (mixture is not null && mixture.Dimension == fitted.Dimension)
        {
            int[] became = ComponentMatching.Match(mixture, fitted);
            for (int old = 0; old < became.Length; old++)
            {
                if (became[old] >= 0)
                {
                    labels[became[old]] = Model!.Labels[old];
                }
            }
        }

        for (int k = 0; k < labels.Length; k++)
        {
            labels[k] = labels[k] >= 0 ? labels[k] : labelsGiven++;
        }

        return labels;
    }

    private MixtureModel Describe(GaussianMixture fitted, int[] labels, long sequence, EventTime time, int refit, int rows, double meanLogLikelihood) => new()
    {
        Sequence = sequence,
        Group = group.Index,
        Time = time,
        Refit = refit,
        Rows = rows,
        Members = [.. group.Members.Take(fitted.Dimension)],
        Weights = fitted.MixingWeights.ToArray(),
        Means = [.. Enumerable.Range(0, fitted.Components).Select(k => fitted.Mean(k).ToArray())],
        Covariances = [.. Enumerable.Range(0, fitted.Components).Select(k => fitted.Covariance(k).ToArray().Chunk(fitted.Dimension).ToArray())],
        Labels = labels,
        MeanLogLikelihood = meanLogLikelihood,
    };
}
