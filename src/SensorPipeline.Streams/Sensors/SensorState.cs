using SensorPipeline.Statistics.Moments;
using SensorPipeline.Statistics.Noise;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Sensors;

/// <summary>All that is kept of one sensor. No references: the table of all sensors is one array, and a snapshot is its bytes.</summary>
internal struct SensorState
{
    private const double LongestMemorySeconds = 1e9;

    private Moments moments;
    private Detector detector;
    private RunningAllanVariance allan;
    private LevelShift shift;
    private RepeatedValue repeated;
    private TypicalInterval interval;
    private Silence silence;
    private Episode episode;
    private EventTime time;
    private double value;
    private double tailProbability;
    private Verdict verdict;
    private long episodes;
    private bool isStuck;

    public static SensorState New => new()
    {
        detector = Detector.New,
        silence = Silence.New,
        time = EventTime.None,
        value = double.NaN,
        tailProbability = double.NaN,
    };

    public readonly Moments Moments => moments;

    public readonly EventTime LastTime => time;

    public readonly long Episodes => episodes;

    public readonly double ObservedDays => interval.Count == 0 ? 0 : moments.Count * interval.Seconds / 86_400;

    public readonly (Quality Quality, bool IsWarmingUp) Condition => (
        isStuck ? Quality.Bad
            : silence.IsSilent ? Quality.Stale
            : !detector.IsReady || episode.IsOpen ? Quality.Uncertain
            : Quality.Good,
        !detector.IsReady);

    /// <summary>Judges a reading by what was known before it, tells what is worth telling, and learns.</summary>
    public Judgement Process(in Input reading, long sequence, Budget budget, List<StreamEvent> events)
    {
        double x = reading.Value;
        double share = Forget(reading.Time, budget);
        NoteArrival(reading, sequence, events);
        repeated = repeated.Observe(x);
        double resolution = repeated.Resolution;
        double dithered = x + (resolution * Dither(reading.Time, moments.Count));

        Score score = detector.Score(dithered, resolution, out Forecast forecast);
        double probability = budget.PointProbability(interval.Seconds);
        bool isBeyond = score.TailProbability < probability;
        bool wasOpen = episode.IsOpen;
        episode = episode.Observe(isBeyond, sequence);
        bool begins = episode.IsOpen && !wasOpen;
        var about = new Occasion(sequence, reading.Sensor, reading.Time, x, forecast, score.TailProbability);
        if (begins)
        {
            events.Add(about.Outlier(detector.Range(forecast, probability), interval.Seconds));
        }

        detector.Observe(dithered, share, resolution, score, forecast, isBeyond);
        bool isDeclared = begins | TellLevelShift(dithered, score, about, budget, events) | TellStuck(about, budget, events);
        episodes += isDeclared ? 1 : 0;
        moments = moments.Observe(x);
        if (!isBeyond)
        {
            allan.Observe(x);
        }

        Remember(reading, score, isBeyond);
        return new Judgement
        {
            Sequence = sequence,
            Sensor = reading.Sensor,
            Time = reading.Time,
            Value = x,
            Mean = forecast.Mean,
            StandardDeviation = forecast.StandardDeviation,
            TailProbability = score.TailProbability,
            Score = Rank(score.TailProbability),
            Verdict = verdict,
            Calibrated = detector.IsCalibrated,
            IsOutlier = budget.IsRate ? isBeyond : isDeclared,
        };
    }

    /// <summary>The event of this sensor having stopped, if by <paramref name="now"/> it has and was not known to.</summary>
    public StreamEvent? FallsSilent(EventTime now, long sequence, int sensor)
    {
        if (silence.IsSilent || now < silence.Deadline(interval))
        {
            return null;
        }

        episodes++;
        silence = silence with { IsSilent = true };
        var about = new Occasion(sequence, sensor, time, double.NaN, Forecast.Unknown, double.NaN);
        return about.Silent(now - silence.LastArrival, interval.Seconds);
    }

    /// <summary>Begins to wait anew, unless the sensor was known to be silent.</summary>
    public void HeardFrom(EventTime now) => silence = silence.IsSilent || !silence.LastArrival.IsSome
        ? silence
        : silence with { LastArrival = EventTime.Max(silence.LastArrival, now) };

    public readonly SensorSummary Summarise(string name, Budget budget)
    {
        Forecast forecast = detector.Predict(repeated.Resolution);
        NoiseCoefficients noise = allan.Fit(interval.Seconds);
        (double lower, double upper) = detector.IsReady ? detector.Range(forecast, budget.PointProbability(interval.Seconds)) : (double.NaN, double.NaN);
        return new SensorSummary
        {
            Sensor = name,
            Time = time,
            Value = value,
            Count = (long)moments.Count,
            Mean = detector.Mean,
            StandardDeviation = detector.StandardDeviation,
            EffectiveSampleSize = detector.IsReady ? detector.EffectiveSampleSize : moments.Count,
            Lower = lower,
            Upper = upper,
            TailProbability = tailProbability,
            Verdict = verdict,
            Calibrated = detector.IsCalibrated,
            Quality = Condition.Quality,
            NoiseType = TypeOf(noise.Dominant(interval.Seconds, RunningAllanVariance.Levels)),
            NoiseStandardDeviation = noise.IsKnown ? noise.White / Math.Sqrt(interval.Seconds) : detector.ResidualStandardDeviation,
            NoiseRandomWalk = noise.Walk,
        };
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

    // The share of the past to retain, e^(−Δt/τ), with the memory τ stated in typical readings.
    private double Forget(EventTime now, Budget budget)
    {
        TimeSpan step = time.IsSome ? now - time : TimeSpan.Zero;
        interval = interval.Observe(step);
        double memory = Math.Min(budget.Memory * interval.Seconds, LongestMemorySeconds);
        return step > TimeSpan.Zero ? Math.Exp(-step.TotalSeconds / memory) : 1;
    }

    private void NoteArrival(in Input reading, long sequence, List<StreamEvent> events)
    {
        if (silence.IsSilent)
        {
            var about = new Occasion(sequence, reading.Sensor, reading.Time, reading.Value, Forecast.Unknown, double.NaN);
            events.Add(about.Recovered(FormattableString.Invariant($"Reports again after {Occasion.Duration((reading.Arrival - silence.LastArrival).TotalSeconds)}.")));
        }

        silence = silence.Observe(reading.Arrival);
    }

    private bool TellLevelShift(double x, in Score score, in Occasion about, Budget budget, List<StreamEvent> events)
    {
        double oldLevel = detector.Mean;
        shift = shift.Observe(score.Normal, x, about.Time, budget.ShiftProbability(interval.Seconds));
        if (!shift.IsDeclared)
        {
            return false;
        }

        bool isNew = !episode.IsOpen || episode.Opened == about.Sequence;
        events.Add(about.LevelShift(oldLevel, shift.Level, shift.Began, episode.IsOpen ? episode.Opened : null));
        detector.MoveTo(shift.Level, shift.Readings);
        shift = shift.Restart();
        return isNew;
    }

    private bool TellStuck(in Occasion about, Budget budget, List<StreamEvent> events)
    {
        bool was = isStuck;
        isStuck = repeated.Length > 1 && (was || repeated.Length >= repeated.Threshold(budget.StuckProbability(interval.Seconds)));
        if (isStuck && !was)
        {
            events.Add(about.Stuck(repeated.Length));
        }
        else if (was && !isStuck)
        {
            events.Add(about.Recovered("The value changes again."));
        }

        return isStuck && !was;
    }

    private void Remember(in Input reading, in Score score, bool isBeyond)
    {
        value = reading.Value;
        time = EventTime.Max(time, reading.Time);
        tailProbability = score.TailProbability;
        verdict = double.IsNaN(tailProbability) ? Verdict.WarmingUp
            : isBeyond ? Verdict.Outlier
            : tailProbability < 0.01 ? Verdict.Tail
            : Verdict.Body;
    }

    // Severity −log₁₀ p mapped to [0,1), half at one in ten thousand.
    private static double Rank(double tailProbability)
    {
        double severity = tailProbability < 1 ? -Math.Log10(Math.Max(tailProbability, 1e-300)) : 0;
        return severity / (severity + 4);
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
