using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Statistics.Tails;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// One group's mixture. A frame is assigned softly by the model in force, by the members it has, and then joins the window. A refit takes the window when it is due by event time, runs on another
/// thread, and takes effect a fixed lag later, again by event time; a frame that comes then waits for it. So the result does not depend on how fast the machine is. The frames after its window were held
/// back from the refit: it takes the place of the model in force where it is clearly better on them, and until then it is tried beside it.
/// </summary>
internal sealed class GroupMixture(Group group, MixtureOptions options, Budget budget, RefitQueue refits) : ISnapshot
{
    private const int FramesPerReport = 500;
    private const double TeachesTailAbove = 1e-5;
    private const double ExplainedAbove = 1e-3;

    // Twice the logarithm of a Bayes factor that Kass and Raftery (1995) call very strong.
    private const double ClearMargin = 10;

    private readonly FrameWindow window = new(options.Window);
    private readonly Buffer<HeldBackFrame> heldBack = new();
    private readonly RegimeAlarms alarms = new(group, budget);
    private MixtureInForce? force;
    private Challenger? challenger;
    private Task<RefittedMixture?>? pending;
    private double inherited;
    private RefitSchedule schedule = RefitSchedule.New;
    private ComponentLabels labels = new();
    private TailCalibration tail = TailCalibration.Start;
    private long frames;
    private (long Count, long Sequence, EventTime Time, double Drift) latest;

    /// <summary>The model in force as it is now, or null.</summary>
    public MixtureModel? Model => force is null ? null : Describe(force, latest.Sequence, latest.Time, isRefit: false);

    /// <summary>Takes the next frame; one without a reading of any member is left out.</summary>
    public void Process(in Frame frame, ReadOnlySpan<double> values, MixtureBatch output)
    {
        frames++;
        if (pending is not null && frame.Time >= schedule.TakesEffect)
        {
            Receive(frame, output);
        }

        if (!HasReading(values))
        {
            return;
        }

        Revise(frame, output);
        bool isExplained = Judge(frame, values, output);
        schedule.Observe(frame.Time, isExplained);
        window.Add(values);
        StartRefitIfDue();
        if (frames % FramesPerReport == 0 && force is not null)
        {
            output.Models.Add(Describe(force, frame.Sequence, frame.Time, isRefit: false));
        }
    }

    /// <summary>Writes the state. A refit that is under way is awaited: its result belongs to the state.</summary>
    public void Save(SnapshotWriter writer)
    {
        window.Save(writer);
        MixtureInForce.Save(writer, force);
        Challenger.Save(writer, challenger);
        writer.Write(pending is not null);
        writer.WriteSpan<HeldBackFrame>(heldBack.Items);
        RefittedMixture.Save(writer, pending?.GetAwaiter().GetResult());
        writer.Write(inherited);
        writer.Write(schedule);
        LabelSnapshot.Save(writer, labels);
        writer.Write(tail);
        alarms.Save(writer);
        writer.Write(frames);
        writer.Write(latest);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        window.Load(ref reader);
        force = MixtureInForce.Load(ref reader, options);
        challenger = Challenger.Load(ref reader, options);
        bool isPending = reader.Read<bool>();
        heldBack.Clear();
        heldBack.AddRange(reader.ReadArray<HeldBackFrame>());
        RefittedMixture? candidate = RefittedMixture.Load(ref reader);
        pending = isPending ? Task.FromResult(candidate) : null;
        inherited = reader.Read<double>();
        schedule = reader.Read<RefitSchedule>();
        labels = LabelSnapshot.Load(ref reader);
        tail = reader.Read<TailCalibration>();
        alarms.Load(ref reader);
        frames = reader.Read<long>();
        latest = reader.Read<(long, long, EventTime, double)>();
    }

    private static bool HasReading(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!double.IsNaN(value))
            {
                return true;
            }
        }

        return false;
    }

    private bool Judge(in Frame frame, ReadOnlySpan<double> values, MixtureBatch output)
    {
        double elapsed = schedule.Elapsed(frame.Time);
        (double logDensity, double p) = force?.Dimension == values.Length ? Assign(frame, values, output) : (double.NaN, 1);
        if (pending is not null)
        {
            HoldBack(new HeldBackFrame(logDensity, elapsed));
        }

        if (double.IsNaN(logDensity))
        {
            return true;
        }

        force!.Learn(values, p, elapsed);
        challenger?.Observe(values, logDensity, elapsed);
        challenger = challenger?.IsClearlyWorse == true ? null : challenger;
        return p >= ExplainedAbove;
    }

    /// <summary>Notes a frame that a refit under way has not seen; of a long lag only as many as the window has.</summary>
    private void HoldBack(HeldBackFrame frame)
    {
        if (heldBack.Count >= 2 * options.Window)
        {
            HeldBackFrame[] latest = heldBack.Items[^options.Window..].ToArray();
            heldBack.Clear();
            heldBack.AddRange(latest);
        }

        heldBack.Add() = frame;
    }

    private (double LogDensity, double TailProbability) Assign(in Frame frame, ReadOnlySpan<double> values, MixtureBatch output)
    {
        (double logDensity, double model) = force!.Judge(values);
        double p = Math.Min(tail.TailProbability(-Math.Log(model)), 1);
        int label = force.Labels[force.MostLikely];
        alarms.Observe(frame, label, p, schedule.IntervalSeconds, output);
        output.States.Add() = new RegimeState
        {
            Sequence = frame.Sequence,
            Group = group.Index,
            Time = frame.Time,
            Label = label,
            Regime = alarms.Regime,
            FirstResponsibility = output.Responsibilities.Count,
            Components = force.Components,
            LogDensity = logDensity,
            TailProbability = p,
        };
        force.Responsibilities.CopyTo(output.Responsibilities.AddSpan(force.Components));
        tail = p >= TeachesTailAbove ? tail.Observe(-Math.Log(model)) : tail;
        return (logDensity, p);
    }

    /// <summary>A challenger takes over, or components of the model in force are born, combined or dropped: before a frame, so that what is said of it is said of the model that judged it.</summary>
    private void Revise(in Frame frame, MixtureBatch output)
    {
        if (challenger?.Model.Dimension != frame.Members)
        {
            challenger = null;
        }

        if (challenger?.IsClearlyBetter == true)
        {
            Install(challenger, frame, output);
        }
        else if (force?.Dimension == frame.Members)
        {
            GaussianMixture? former = force.IsRevisionDue ? force.ToMixture() : null;
            int[] known = force.Labels;
            if (former is not null && force.Revise())
            {
                force.Labels = labels.Relabel(former, known, force.ToMixture());
                output.Models.Add(Describe(force, frame.Sequence, frame.Time, isRefit: false));
            }
        }
    }

    private void StartRefitIfDue()
    {
        if (pending is not null || !schedule.IsDue(window.Count, options.Refit))
        {
            return;
        }

        double[] rows = window.ToArray();
        int dimension = window.Dimension;
        GaussianMixture? known = force?.Dimension == dimension ? force.ToMixture() : null;
        double degrees = force?.Refit.DegreesOfFreedom ?? double.PositiveInfinity;
        schedule.Request(options.Refit);
        pending = refits.Start(schedule.TakesEffect, () => MixtureRefit.Fit(rows, dimension, options, known, degrees));
        heldBack.Clear();
        inherited = Math.Max(challenger?.Evidence ?? 0, 0);
    }

    /// <summary>
    /// Takes a refit that is due. The frames since it was asked for were held back from it, and it is tried on them; it goes on with the evidence for those before it, whose place it takes. A number of
    /// components that the criterion clearly prefers on the window is taken unless they speak against it: asking them for it would keep a component out for as long as it is rare.
    /// </summary>
    private void Receive(in Frame frame, MixtureBatch output)
    {
        RefittedMixture? refitted = refits.Await(pending!);
        pending = null;
        // A member that joined meanwhile makes the fit one of another group.
        if (refitted is null || refitted.Mixture.Dimension != frame.Members)
        {
            return;
        }

        Challenger tried = Try(refitted);
        bool isRestructured = refitted.Margin >= ClearMargin && refitted.Mixture.Components != force?.Components;
        if (force?.Dimension != frame.Members || tried.IsClearlyBetter || (isRestructured && !tried.IsClearlyWorse))
        {
            Install(tried, frame, output);
            return;
        }

        challenger = tried.IsClearlyWorse ? null : tried;
        output.Models.Add(Describe(force, frame.Sequence, frame.Time, isRefit: false));
    }

    private Challenger Try(RefittedMixture refitted)
    {
        var tried = new Challenger(new MixtureInForce(refitted, options), inherited, 0);
        int first = window.Count - heldBack.Count;
        for (int i = Math.Max(-first, 0); i < heldBack.Count; i++)
        {
            tried.Observe(window[first + i], heldBack[i].LogDensity, heldBack[i].Elapsed);
        }

        return tried;
    }

    private void Install(Challenger better, in Frame frame, MixtureBatch output)
    {
        GaussianMixture? former = force?.Dimension == frame.Members ? force.ToMixture() : null;
        GaussianMixture next = better.Model.ToMixture();
        int[] known = force?.Labels ?? [];
        (force, challenger, inherited) = (better.Model, null, 0);
        force.Labels = labels.Relabel(former, known, next);
        window.KeepLast(force.Refit.Rows + better.Frames);
        // What the former model said of the frames held back is no measure for the next refit.
        for (int i = 0; i < heldBack.Count; i++)
        {
            heldBack[i] = heldBack[i] with { LogDensity = double.NaN };
        }

        latest = (latest.Count + 1, frame.Sequence, frame.Time, former is null ? double.NaN : ComponentMatching.Drift(former, next));
        output.Models.Add(Describe(force, frame.Sequence, frame.Time, isRefit: true));
    }

    private MixtureModel Describe(MixtureInForce described, long sequence, EventTime time, bool isRefit)
    {
        GaussianMixture mixture = described.ToMixture();
        double nu = described.Refit.DegreesOfFreedom, stretch = double.IsPositiveInfinity(nu) ? 1 : nu / (nu - 2);
        return new()
        {
            Sequence = sequence,
            Group = group.Index,
            Time = time,
            Frames = frames,
            IsRefit = isRefit,
            Refit = (int)latest.Count,
            Rows = described.Refit.Rows,
            Members = [.. group.Members.Take(mixture.Dimension)],
            Weights = mixture.MixingWeights.ToArray(),
            Means = [.. Enumerable.Range(0, mixture.Components).Select(k => mixture.Mean(k).ToArray())],
            Covariances = [.. Enumerable.Range(0, mixture.Components).Select(k => mixture.Covariance(k).ToArray().Select(scale => scale * stretch).Chunk(mixture.Dimension).ToArray())],
            DegreesOfFreedom = nu,
            Labels = described.Labels,
            MeanLogLikelihood = described.Refit.MeanLogLikelihood,
            Drift = latest.Drift,
        };
    }
}
