using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
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

    /// <summary>Whether it is known to have stopped reporting.</summary>
    public readonly bool IsSilent => silence.IsSilent;

    /// <summary>Takes over what was learned of what <see cref="Learn"/> left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(Residuals learned, int at) => detector.Take(learned, at);

    public readonly MeanVariance Moments => moments;

    public readonly EventTime LastTime => time;

    public readonly bool IsInEpisode => alarms.IsOpen;

    public readonly double ReadingsPerDay => interval.Count == 0 ? 86_400 : 86_400 / interval.Seconds;

    public readonly double ObservedDays => interval.Count == 0 ? 0 : moments.Count * interval.Seconds / 86_400;

    public readonly (Quality Quality, bool IsWarmingUp) Condition => (
        alarms.IsStuck ? Quality.Bad
            : silence.IsSilent ? Quality.Stale
            : !detector.IsReady || alarms.IsOpen ? Quality.Uncertain
            : Quality.Good,
        !detector.IsReady);

    /// <summary>First step of a reading: what is known of its arrival, how it is to be judged, and what is forecast by what was known before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Arrive(in Input reading, long sequence, Budget budget, Seasons seasons, double? fleetTotal, List<StreamEvent> events, ref Passage passage)
    {
        double x = reading.Value;
        double elapsed = Elapsed(reading.Time, out double seconds);
        NoteArrival(reading, sequence, seconds, events);
        double total = fleetTotal ?? budget.Total(seconds);
        repeated.Observe(x, Budget.Probability(EventKind.Stuck, total));
        double resolution = repeated.Resolution;
        double dithered = resolution == 0 ? x : x + (resolution * Dither(reading.Time, moments.Count));
        double seasonal = seasons.Of(reading.Sensor, reading.Time);
        (passage.Value, passage.Seasonal, passage.Resolution) = (dithered - seasonal, seasonal, resolution);
        (passage.Elapsed, passage.IntervalSeconds, passage.Total) = (elapsed, seconds, total);
        passage.Ahead = detector.Ahead();
    }

    /// <summary>Second step: how far out it is.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Judge(Budget budget, ref Passage passage)
    {
        passage.Score = detector.Judge(passage.Value, passage.Resolution, passage.Ahead, out passage.Expected);
        passage.IsOrdinary = passage.Score.LogTailProbability > budget.OrdinaryAbove;
        passage.IsBeyond = !passage.IsOrdinary && passage.Score.TailProbability < budget.PointProbability(passage.Total);
    }

    /// <summary>Third step: what there is to tell.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Watch(in Input reading, long sequence, Budget budget, AlarmRecords records, List<StreamEvent> events, ref Passage passage)
    {
        double mean = passage.Expected.Mean + passage.Seasonal;
        News news = alarms.Observe(reading, passage.Score, passage.IsBeyond, mean, repeated, detector, passage.Total);
        passage.Adopted = null;
        passage.IsDeclared = news != News.None && Tell(
            news,
            new Occasion(sequence, reading.Sensor, reading.Time, reading.Value, passage.Expected with { Mean = mean }, passage.Score.TailProbability, passage.IntervalSeconds),
            budget,
            passage.Total,
            events,
            ref records[reading.Sensor],
            out passage.Adopted);
    }

    /// <summary>Last step: learns, and says what became of it. What is left for the local scale it is to learn before the next reading.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Learn(in Input reading, long sequence, Budget budget, Seasons seasons, Residuals left, in Passage passage, out Judgement judgement)
    {
        detector.Observe(passage.Value, passage.Elapsed, budget.Gain, passage.Resolution, passage.Expected, passage.Adopted is not null, left);
        seasons.Observe(reading.Sensor, reading.Time, reading.Value, passage.Expected.Scale, passage.IntervalSeconds);
        if (passage.Adopted is { } now)
        {
            detector.MoveTo(now.To - passage.Seasonal, now.Readings);
            seasons.Shift(reading.Sensor, now.To - now.From);
        }

        moments = moments.Observe(reading.Value);
        if (!passage.IsBeyond)
        {
            allan.Observe(reading.Value);
        }

        Remember(reading, passage.Score, passage.IsOrdinary, passage.IsBeyond);
        judgement = new Judgement
        {
            Sequence = sequence,
            Sensor = reading.Sensor,
            Time = reading.Time,
            Value = reading.Value,
            Mean = passage.Expected.Mean + passage.Seasonal,
            StandardDeviation = passage.Expected.StandardDeviation,
            LogTailProbability = passage.Score.LogTailProbability,
            Verdict = verdict,
            Calibrated = detector.IsCalibrated,
            IsDeclared = passage.IsDeclared,
            IsOutlier = budget.IsRate ? passage.IsBeyond : passage.IsDeclared,
        };
    }

    /// <summary>Whether it may have stopped by now: few have, and this is soon said.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool MayBeSilent(EventTime now) => now > silence.LastArrival + Silence.CheckInterval;

    /// <summary>Brings near what <see cref="FallsSilent"/> looks at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void PrefetchSilence(ref SensorState state)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref state.silence));
        }
    }

    /// <summary>The event of this sensor having stopped, if by <paramref name="now"/> it has and was not known to.</summary>
    public StreamEvent? FallsSilent(EventTime now, long sequence, int sensor, AlarmRecords records)
    {
        if (silence.IsSilent || !silence.IsOver(now, interval))
        {
            return null;
        }

        return FallSilent(sequence, sensor, records).Silent(now - silence.LastArrival);
    }

    /// <summary>The event of this sensor having stopped by its device's own word, if it had begun and was not known to be silent.</summary>
    public StreamEvent? IsLost(EventTime now, long sequence, int sensor, AlarmRecords records) =>
        silence.IsSilent || !silence.LastArrival.IsSome ? null : FallSilent(sequence, sensor, records).Lost(now - silence.LastArrival);

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
    private bool Tell(News news, in Occasion about, Budget budget, double total, List<StreamEvent> events, ref AlarmRecord record, out Change? adopted) =>
        alarms.Tell(news, about.Beside(detector, budget.PointProbability(total)), repeated, detector.Mean, budget, total, events, ref record, out adopted);

    private Occasion FallSilent(long sequence, int sensor, AlarmRecords records)
    {
        records[sensor].Counts.Add(EventKind.Silent);
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
