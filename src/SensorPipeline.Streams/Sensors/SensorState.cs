using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Statistics.Noise;
using SensorPipeline.Statistics.Special;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>All that is kept of one sensor. No references: the table of all sensors is one array, and a snapshot is its bytes.</summary>
internal struct SensorState
{
    private MeanVariance moments;
    private Detector detector;
    private RunningAllanVariance allan;
    private RepeatedValue repeated;
    private Alarms alarms;
    private Silence silence;
    private EventTime time;
    private double logTailProbability;
    private TypicalInterval interval;
    private Verdict verdict;

    /// <summary>Bytes a sensor takes.</summary>
    public static int Size => Unsafe.SizeOf<SensorState>();

    public static SensorState New => new()
    {
        detector = Detector.New,
        repeated = RepeatedValue.New,
        alarms = Alarms.New,
        silence = Silence.New,
        time = EventTime.None,
        logTailProbability = double.NaN,
    };

    /// <summary>The detector's local scale, to learn what <see cref="Process"/> left for it.</summary>
    [UnscopedRef]
    public ref LocalScale Scale => ref detector.Scale;

    public readonly MeanVariance Moments => moments;

    public readonly EventTime LastTime => time;

    public readonly EpisodeCounts Episodes => alarms.Counts;

    public readonly bool IsInEpisode => alarms.IsOpen;

    public readonly double ReadingsPerDay => interval.Count == 0 ? 86_400 : 86_400 / interval.Seconds;

    public readonly double ObservedDays => interval.Count == 0 ? 0 : moments.Count * interval.Seconds / 86_400;

    public readonly (Quality Quality, bool IsWarmingUp) Condition => (
        alarms.IsStuck ? Quality.Bad
            : silence.IsSilent ? Quality.Stale
            : !detector.IsReady || alarms.IsOpen ? Quality.Uncertain
            : Quality.Good,
        !detector.IsReady);

    /// <summary>Judges a reading by what was known before it, tells what is worth telling, and learns. What is left for the local scale it is to learn before the next.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Process(in Input reading, long sequence, Budget budget, Seasons seasons, double? fleetTotal, List<StreamEvent> events, Residuals left, out Judgement judgement)
    {
        double x = reading.Value;
        double elapsed = Elapsed(reading.Time, out double seconds);
        NoteArrival(reading, sequence, seconds, events);
        double total = fleetTotal ?? budget.Total(seconds);
        repeated.Observe(x, Budget.Probability(EventKind.Stuck, total));
        double resolution = repeated.Resolution;
        double dithered = resolution == 0 ? x : x + (resolution * Dither(reading.Time, moments.Count));

        double seasonal = seasons.Of(reading.Sensor, reading.Time);
        Score score = detector.Judge(dithered - seasonal, resolution, out Forecast forecast);
        double mean = forecast.Mean + seasonal;
        bool isOrdinary = score.LogTailProbability > budget.OrdinaryAbove;
        bool isBeyond = !isOrdinary && score.TailProbability < budget.PointProbability(total);
        News news = alarms.Observe(reading, score, isBeyond, mean, repeated, detector, total);
        Change? adopted = null;
        bool isDeclared = news != News.None && Tell(news, new Occasion(sequence, reading.Sensor, reading.Time, x, forecast with { Mean = mean }, score.TailProbability, seconds), budget, total, events, out adopted);
        detector.Observe(dithered - seasonal, elapsed, budget.Memory, resolution, forecast, left);
        seasons.Observe(reading.Sensor, reading.Time, x, forecast.Scale, seconds);
        if (adopted is { } now)
        {
            detector.MoveTo(now.To - seasonal, now.Readings);
            seasons.Shift(reading.Sensor, now.To - now.From);
        }

        moments = moments.Observe(x);
        if (!isBeyond)
        {
            allan.Observe(x);
        }

        Remember(reading, score, isOrdinary, isBeyond);
        judgement = new Judgement
        {
            Sequence = sequence,
            Sensor = reading.Sensor,
            Time = reading.Time,
            Value = x,
            Mean = mean,
            StandardDeviation = forecast.StandardDeviation,
            LogTailProbability = score.LogTailProbability,
            Score = alarms.Rank(score.LogTailProbability, isDeclared),
            Verdict = verdict,
            Calibrated = detector.IsCalibrated,
            IsOutlier = budget.IsRate ? isBeyond : isDeclared,
        };
    }

    /// <summary>The event of this sensor having stopped, if by <paramref name="now"/> it has and was not known to.</summary>
    public StreamEvent? FallsSilent(EventTime now, long sequence, int sensor)
    {
        if (silence.IsSilent || !silence.IsOver(now, interval))
        {
            return null;
        }

        return FallSilent(sequence, sensor).Silent(now - silence.LastArrival);
    }

    /// <summary>The event of this sensor having stopped by its device's own word, if it had begun and was not known to be silent.</summary>
    public StreamEvent? IsLost(EventTime now, long sequence, int sensor) =>
        silence.IsSilent || !silence.LastArrival.IsSome ? null : FallSilent(sequence, sensor).Lost(now - silence.LastArrival);

    /// <summary>Whether it has been heard of since some time.</summary>
    public readonly bool IsHeardSince(EventTime time) => silence.IsHeardSince(time);

    /// <summary>Whether it has reported once but not since some time, and nothing will be told of it before it reports again.</summary>
    public readonly bool IsIdle(EventTime since) => time.IsSome && !silence.IsHeardSince(since) && silence.IsSettled(interval);

    /// <summary>Begins to wait anew, unless the sensor was known to be silent.</summary>
    public void HeardFrom(EventTime now) => silence.HeardFrom(now);

    public readonly SensorSummary Summarise(string name, Budget budget, double seasonal, double? fleetTotal)
    {
        Forecast forecast = detector.Predict();
        (double lower, double upper) = detector.IsReady ? detector.Range(forecast, budget.PointProbability(fleetTotal ?? budget.Total(interval.Seconds))) : (double.NaN, double.NaN);
        NoiseCoefficients noise = allan.Fit(interval.Seconds);
        return new SensorSummary
        {
            Sensor = name,
            Time = time,
            Value = repeated.Value,
            Count = (long)moments.Count,
            Mean = detector.Mean,
            StandardDeviation = detector.StandardDeviation,
            EffectiveSampleSize = detector.IsReady ? detector.EffectiveSampleSize(budget.Memory) : moments.Count,
            Lower = lower + seasonal,
            Upper = upper + seasonal,
            TailProbability = Elementary.Exp(logTailProbability),
            Verdict = verdict,
            Calibrated = detector.IsCalibrated,
            Quality = Condition.Quality,
            NoiseType = TypeOf(noise.Dominant(interval.Seconds, RunningAllanVariance.Levels)),
            NoiseStandardDeviation = noise.IsKnown ? noise.White / Math.Sqrt(interval.Seconds) : detector.StandardDeviation,
            NoiseRandomWalk = noise.Walk,
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Tell(News news, in Occasion about, Budget budget, double total, List<StreamEvent> events, out Change? adopted) =>
        alarms.Tell(news, about.Beside(detector, budget.PointProbability(total)), repeated, detector.Mean, budget, total, events, out adopted);

    private Occasion FallSilent(long sequence, int sensor)
    {
        alarms.FallSilent();
        silence.Begin();
        return new Occasion(sequence, sensor, time, double.NaN, Forecast.Unknown, double.NaN, interval.Seconds);
    }

    private static string? TypeOf(NoiseKind kind) => kind switch
    {
        NoiseKind.White => "white",
        NoiseKind.Flicker => "flicker",
        NoiseKind.RandomWalk => "randomWalk",
        NoiseKind.Ramp => "ramp",
        NoiseKind.Quantisation => "quantisation",
        _ => null,
    };

    // Time since the reading before, in typical intervals: 1 for a regular sensor.
    private double Elapsed(EventTime now, out double seconds)
    {
        double step = time.IsSome ? (now - time).TotalSeconds : 0;
        interval = interval.Observe(step);
        seconds = interval.Seconds;
        return interval.Count == 0 || step == seconds ? 1 : step / seconds;
    }

    private void NoteArrival(in Input reading, long sequence, double seconds, List<StreamEvent> events)
    {
        if (silence.IsSilent)
        {
            events.Add(ReportsAgain(reading, sequence, seconds));
        }

        silence.Observe(reading.Arrival);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly StreamEvent ReportsAgain(in Input reading, long sequence, double seconds)
    {
        var about = new Occasion(sequence, reading.Sensor, reading.Time, reading.Value, Forecast.Unknown, double.NaN, seconds);
        return about.Recovered(FormattableString.Invariant($"Reports again after {Occasion.Duration((reading.Arrival - silence.LastArrival).TotalSeconds)}."));
    }

    private void Remember(in Input reading, in Score score, bool isOrdinary, bool isBeyond)
    {
        time = EventTime.Max(time, reading.Time);
        logTailProbability = score.LogTailProbability;
        verdict = isOrdinary ? Verdict.Body
            : double.IsNaN(logTailProbability) ? Verdict.WarmingUp
            : isBeyond ? Verdict.Outlier
            : score.TailProbability < Budget.Unusual ? Verdict.Tail
            : Verdict.Body;
    }

    // Uniform in (−½, ½), the same for the same reading whenever it is processed (SplitMix64).
    private static double Dither(EventTime time, double count)
    {
        ulong z = (ulong)time.Ticks + (((ulong)count + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53))) - 0.5;
    }
}
