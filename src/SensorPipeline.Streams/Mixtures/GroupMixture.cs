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
/// thread, and takes effect a fixed lag later, again by event time; a frame that comes then waits for it. So the result does not depend on how fast the machine is. The frames of the lag are held back
/// from the refit: it is not taken where the model in force explains them clearly better.
/// </summary>
internal sealed class GroupMixture(Group group, MixtureOptions options, Budget budget, RefitQueue refits) : ISnapshot
{
    private const int FramesPerReport = 500;
    private const double TeachesTailAbove = 1e-5;
    private const double ExplainedAbove = 1e-3;
    private const int MostMemory = 1000;
    private const double MostGain = 30;

    private readonly FrameWindow window = new(options.Window);
    private readonly Buffer<double> heldBack = new();
    private readonly RegimeAlarms alarms = new(group, budget);
    private MixtureInForce? force;
    private Task<RefittedMixture?>? pending;
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
            Install(frame, output);
        }

        if (!HasReading(values))
        {
            return;
        }

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
        writer.Write(pending is not null);
        writer.WriteSpan<double>(heldBack.Items);
        RefittedMixture.Save(writer, pending?.GetAwaiter().GetResult());
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
        force = MixtureInForce.Load(ref reader);
        bool isPending = reader.Read<bool>();
        heldBack.Clear();
        heldBack.AddRange(reader.ReadArray<double>());
        RefittedMixture? candidate = RefittedMixture.Load(ref reader);
        pending = isPending ? Task.FromResult(candidate) : null;
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
        if (force is null || force.Dimension != values.Length)
        {
            return true;
        }

        (double logDensity, double model) = force.Judge(values);
        double p = Math.Min(tail.TailProbability(-Math.Log(model)), 1);
        int label = force.Labels[force.MostLikely];
        if (pending is not null)
        {
            heldBack.Add() = logDensity;
        }

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
        force.Learn(values, p, Memory);
        return p >= ExplainedAbove;
    }

    private int Memory => Math.Min(MostMemory, options.Window);

    private void StartRefitIfDue()
    {
        if (pending is not null || !schedule.IsDue(window.Count, options.Refit))
        {
            return;
        }

        double[] rows = window.ToArray();
        int dimension = window.Dimension;
        GaussianMixture? known = force?.Dimension == dimension ? force.ToMixture() : null;
        pending = refits.Start(() => MixtureRefit.Fit(rows, dimension, options, known));
        heldBack.Clear();
        schedule.Request(options.Refit);
    }

    private void Install(in Frame frame, MixtureBatch output)
    {
        RefittedMixture? refitted = pending!.GetAwaiter().GetResult();
        pending = null;
        // A member that joined meanwhile makes the fit one of another group.
        if (refitted is null || refitted.Mixture.Dimension != frame.Members)
        {
            return;
        }

        GaussianMixture? former = force?.Dimension == frame.Members ? force.ToMixture() : null;
        var candidate = new MixtureInForce(refitted, new int[refitted.Mixture.Components]);
        if (IsClearlyWorse(candidate))
        {
            return;
        }

        int[] known = force?.Labels ?? [];
        force = candidate;
        labels.Relabel(former, known, refitted.Mixture).CopyTo(force.Labels, 0);
        window.KeepLast(refitted.Rows + schedule.Frames);
        latest = (latest.Count + 1, frame.Sequence, frame.Time, former is null ? double.NaN : ComponentMatching.Drift(former, refitted.Mixture));
        output.Models.Add(Describe(force, frame.Sequence, frame.Time, isRefit: true));
    }

    /// <summary>
    /// Lets a candidate judge and learn what came since it was asked for, as the model in force has done, and compares the two frame by frame: worse by two standard errors of the mean is clearly worse.
    /// </summary>
    private bool IsClearlyWorse(MixtureInForce candidate)
    {
        int first = window.Count - schedule.Frames;
        bool isComparable = heldBack.Count == schedule.Frames;
        var gains = default(Statistics.Moments.Moments);
        for (int row = Math.Max(first, 0); row < window.Count; row++)
        {
            (double logDensity, double p) = candidate.Judge(window[row]);
            candidate.Learn(window[row], p, Memory);
            gains = isComparable && row >= first ? gains.Observe(Math.Clamp(logDensity - heldBack[row - first], -MostGain, MostGain)) : gains;
        }

        return gains.Mean < -2 * Math.Sqrt(gains.Variance / gains.Count);
    }

    private MixtureModel Describe(MixtureInForce described, long sequence, EventTime time, bool isRefit)
    {
        GaussianMixture mixture = described.ToMixture();
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
            Covariances = [.. Enumerable.Range(0, mixture.Components).Select(k => mixture.Covariance(k).ToArray().Chunk(mixture.Dimension).ToArray())],
            Labels = described.Labels,
            MeanLogLikelihood = described.Refit.MeanLogLikelihood,
            Drift = latest.Drift,
        };
    }
}
