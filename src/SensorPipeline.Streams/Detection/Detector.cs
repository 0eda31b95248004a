using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Statistics.Tails;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Forecasts the next reading and says how far out the one that comes is. It is asked before it learns. Two things speak: the reading's own residual against
/// a bank of forecasts, in units of the local scale; and the median of the last nine readings against what had been forecast before them, which
/// sees a shift of level that fat tails hide. What probability a deviation of either has is learned from the stream itself (<see cref="TailLaw"/>), for the residual on
/// each side, and the tail probability is p = min(p₁/0.97, p₂/0.03).
/// <para>Nothing is learned of a reading's deviation until nine more have come without a shift: what a shift looks like must not widen the tails meant
/// to catch the next. Once the median is beyond 10⁻⁶ the forecasts start anew from it. It starts from the median and the deviation of the first 32 readings and answers after 64.</para>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct Detector
{
    /// <summary>Readings before the first verdict.</summary>
    public const int WarmUp = 64;

    private const int FirstSample = 32;
    private const int BinBits = 5;
    private const int BinMask = (1 << BinBits) - 1;
    private const double ReadingShare = 0.97;
    private const int MedianEvery = RecentReadings.Group;
    private const double MedianShare = 0.03 * MedianEvery;
    private const double MedianWorth = 0.2 * MedianEvery;
    private const float MedianGain = 0.004f * MedianEvery;
    private const float StartingMedianSquare = 0.2f;
    private const float LeastMedianSquare = 1e-6f;
    private const double LongestElapsed = 16;
    private const double ShortestElapsed = 1.0 / 16;
    private const double Regular = 1e-3;
    private const float Nu = 4;
    private const double NormalToRobust = 0.8;
    private const double UnknownScale = 1e-140;
    private const float LeastUnit = 1e-30f;
    private const double RefitGrowth = 0.1;
    private const int FewestBetweenFits = 8;
    private const int MostBetweenFits = 5000;
    private const double PriorPerSide = 8;
    private const double EvidencePerSide = 750;
    private static readonly double LogReadingShare = Math.Log(ReadingShare);
    private static readonly double LogMedianShare = Math.Log(MedianShare);
    private static readonly double LogNotable = Math.Log(1e-2);
    private static readonly double LogFlagged = Math.Log(1e-4);
    private static readonly double LogShifted = Math.Log(1e-6);

    private ForecastBank bank;
    private LocalScale scale;
    private double previousForecast;
    private Sides sides;
    private TailLaw medians;
    private RecentReadings recent;
    private float medianSquare;
    private ErrorCorrelation correlation;
    private float previousDeviation;
    private float spread;
    private float upperShare;
    private float shift;
    private int count;
    private int nextFit;
    private bool wasFlagged;

    /// <summary>A detector that has seen nothing.</summary>
    public static Detector New => new()
    {
        medians = TailLaw.New,
        medianSquare = StartingMedianSquare,
        upperShare = 0.5f,
        spread = 1,
        shift = float.NaN,
    };

    /// <summary>Takes over what was learned of what <see cref="Observe"/> left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Take(Residuals learned, int at) => (scale, correlation) = (learned.ScaleOf(at), learned.CorrelationOf(at));

    /// <summary>Whether it has seen enough to judge.</summary>
    public readonly bool IsReady => count >= WarmUp;

    /// <summary>Whether both tails hold enough of the stream's own evidence.</summary>
    public readonly bool IsCalibrated => float.MinNative(upperShare, 1 - upperShare) * count >= EvidencePerSide;

    /// <summary>Running mean that outliers cannot poison: the average of the longest memory.</summary>
    public readonly double Mean => IsReady ? bank.SlowestLevel : double.NaN;

    /// <summary>Standard deviation of what the forecast leaves.</summary>
    public readonly double StandardDeviation => IsReady ? scale.Value * spread : double.NaN;

    /// <summary>How many independent readings the mean is worth: fewer where readings are correlated.</summary>
    /// <param name="memory">Of location and scale, in typical readings.</param>
    public readonly double EffectiveSampleSize(double memory) => Math.Min(bank.Readings, memory) * (1 - correlation.Coefficient) / (1 + correlation.Coefficient);

    /// <summary>What the next reading is expected to be.</summary>
    public readonly Forecast Predict() => IsReady ? At(Ahead()) : Forecast.Unknown;

    /// <summary>The mean of <see cref="Predict"/>; without a meaning while too little is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Ahead() => bank.Forecast() + correlation.Carried;

    /// <summary>The range outside which a reading would have a smaller tail probability than <paramref name="probability"/>.</summary>
    public readonly (double Lower, double Upper) Range(Forecast forecast, double probability)
    {
        double log = Math.Log(0.5 * ReadingShare * probability);
        return (
            forecast.Mean - (forecast.Scale * sides[Side.Lower].Law.Deviation(Math.Min(0, log - Math.Log(1 - upperShare)))),
            forecast.Mean + (forecast.Scale * sides[Side.Upper].Law.Deviation(Math.Min(0, log - Math.Log(upperShare)))));
    }

    /// <summary>
    /// How far out a reading is, by what is known before it. What left the window of recent readings is learned first; the reading itself by
    /// <see cref="Observe"/>, which is to follow.
    /// </summary>
    /// <param name="x">The reading, with dither where it is quantised.</param>
    /// <param name="resolution">Step between neighbouring values, 0 for a continuous sensor.</param>
    /// <param name="forecast"><see cref="Ahead"/>.</param>
    /// <param name="expected">What was expected.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Score Judge(double x, double resolution, double forecast, out Forecast expected)
    {
        if (count < FirstSample)
        {
            expected = Forecast.Unknown;
            return Score.Unknown;
        }

        double s = scale.Value;
        double nearest = Nearest(x, forecast);
        double moved = forecast - previousForecast;
        previousForecast = forecast;
        expected = IsReady ? At(nearest) : Forecast.Unknown;
        if (s < UnknownScale)
        {
            return IsReady ? Score.Ordinary : Score.Unknown;
        }

        double log = Judge(x, forecast, nearest, moved, s, resolution > s, out float normal);
        if (!IsReady)
        {
            return Score.Unknown;
        }

        return new Score(double.MinNative(0, log), normal, scale.Loudness);
    }

    /// <summary>Learns a reading after it was judged.</summary>
    /// <param name="x">The reading, with dither where it is quantised.</param>
    /// <param name="elapsed">Time since the reading before, in typical intervals.</param>
    /// <param name="gain">Of location and scale, a typical interval.</param>
    /// <param name="resolution">Step between neighbouring values, 0 for a continuous sensor.</param>
    /// <param name="expected">What had been expected.</param>
    /// <param name="isAdopted">Whether another level is to be adopted behind it, which what it left says nothing of.</param>
    /// <param name="left">Takes what is left to be learned for <see cref="Take"/>, before the next reading is judged: many sensors' are learned together.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Observe(double x, double elapsed, double gain, double resolution, in Forecast expected, bool isAdopted, Residuals left)
    {
        if (count < FirstSample)
        {
            Collect(x, resolution * resolution / 12);
            return;
        }

        count = count == int.MaxValue ? count : count + 1;
        elapsed = Math.Abs(elapsed - 1) < Regular ? 1 : double.ClampNative(elapsed, ShortestElapsed, LongestElapsed);
        double reach = ForecastBank.Gain(gain, elapsed);
        double mixed = previousForecast - correlation.Carried;
        double residual = x - (double.IsNaN(expected.Mean) ? previousForecast : expected.Mean);
        float unit = Unit;
        left.Add(residual, wasFlagged ? 0 : (float)(x - mixed), unit, isAdopted || !float.IsNaN(shift), reach, ForecastBank.Gain(LocalScale.FastGain, elapsed), count, resolution, scale, correlation);
        bank.Observe(x, unit, elapsed, reach);
        previousDeviation = (float)(x - previousForecast);
        if (!float.IsNaN(shift))
        {
            MoveTo(previousForecast + shift, RecentReadings.Length);
            recent = RecentReadings.New;
        }
    }

    /// <summary>Adopts a new level; what was learned of scales and tails stays, and so does the evidence of the recent readings that it is new.</summary>
    public void MoveTo(double level, int readings)
    {
        if (count >= FirstSample)
        {
            bank = ForecastBank.Start(level, Math.Max(1, readings));
            correlation = correlation with { Error = 0 };
            wasFlagged = false;
            shift = float.NaN;
        }
    }

    // The scale as a float that has a reciprocal.
    private readonly float Unit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => float.MaxNative((float)scale.Value, LeastUnit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Forecast At(double mean) => new(mean, scale.Value, scale.Value * spread);

    // After a flagged reading the stream may continue from it or from what had been expected instead of it, whichever is nearer: one glitch is one alarm, and so is one step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly double Nearest(double x, double forecast) => wasFlagged ? NearestAfterFlagged(x, forecast) : forecast;

    private readonly double NearestAfterFlagged(double x, double forecast)
    {
        double nearest = Math.Abs(x - previousForecast) < Math.Abs(x - forecast) ? previousForecast : forecast;
        double previous = previousForecast + previousDeviation;
        return Math.Abs(x - previous) < Math.Abs(x - nearest) ? previous : nearest;
    }

    // ln of the tail probability, and the residual as a standard normal would show it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Judge(double x, double forecast, double nearest, double moved, double s, bool isCoarse, out float normal)
    {
        float residual = (float)((x - nearest) / s);
        int side = Side.Of(residual), bin = TailLaw.BinOf(Math.Abs(residual));
        double log = LogTail(residual, side, bin, isCoarse);
        bool isNear = forecast == nearest;
        wasFlagged = (isNear ? log : LogTail((float)((x - forecast) / s), isCoarse)) < LogFlagged;
        Teach(isCoarse);
        recent.Enter((float)moved, (float)(x - forecast), isNear && float.IsFinite(residual) ? Lesson(side, bin) : RecentReadings.Nothing, (float)s);
        double logProbability = log - LogReadingShare;
        shift = float.NaN;

        // Nine readings change their median little from one to the next.
        if (recent.EndsGroup)
        {
            logProbability = double.MinNative(logProbability, JudgeMedian(isCoarse));
        }

        normal = float.CopySign(NormalScores.Of(double.MinNative(0, log)), residual);
        return logProbability;
    }

    // ln of the probability of the median of the last nine, which may be a new level; 0 if one of the nine has said as much.
    private double JudgeMedian(bool isCoarse)
    {
        (float deviation, float fromNow) = recent.MedianDeviation();
        double log = medians.LogSurvival(Math.Abs(deviation) / MathF.Sqrt(medianSquare), false);
        shift = log < LogShifted ? fromNow : float.NaN;
        ObserveMedian(deviation);
        double logProbability = log - LogMedianShare;
        return logProbability < LogNotable && HasSaid(Side.Of(deviation), isCoarse, logProbability) ? 0 : logProbability;
    }

    // Whether a reading of the window was as far out, by the near edge of its bin.
    private readonly bool HasSaid(int side, bool isCoarse, double logProbability)
    {
        int bin = recent.Farthest(side << BinBits, BinMask);
        return bin >= 0 && LogTail((float)TailLaw.Edges[bin], side, bin, isCoarse) - LogReadingShare < logProbability;
    }

    // ln of the two-sided probability.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly double LogTail(float residual, int side, int bin, bool isCoarse) =>
        sides[side].LogTwiceShare + sides[side].Law.LogSurvival(Math.Abs(residual), bin, isCoarse);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly double LogTail(float residual, bool isCoarse) => LogTail(residual, Side.Of(residual), TailLaw.BinOf(Math.Abs(residual)), isCoarse);

    // What a reading will teach: its side and bin.
    private static byte Lesson(int side, int bin) => (byte)((side << BinBits) | bin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Teach(bool isCoarse)
    {
        byte lesson = recent.Leaving;
        if (lesson != RecentReadings.Nothing)
        {
            sides[lesson >> BinBits].Law.ObserveIn(lesson & BinMask);
        }

        float deviation = recent.LeavingDeviation;
        if (!float.IsNaN(deviation))
        {
            medians.Observe(Math.Abs(deviation) / MathF.Sqrt(medianSquare));
        }

        if (count >= nextFit)
        {
            Fit(isCoarse);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fit(bool isCoarse)
    {
        // A neighbouring value of a coarse sensor is no stranger, however seldom it comes.
        TailTrust trust = isCoarse ? TailTrust.Whole : TailTrust.WhileExpected;
        ref Side upper = ref sides[Side.Upper], lower = ref sides[Side.Lower];
        double agreement = TailLaw.Agreement(upper.Law, lower.Law);
        TailLaw before = upper.Law;
        upper.Law.Fit(lower.Law, agreement, 1, trust);
        lower.Law.Fit(before, agreement, 1, trust);
        medians.Fit(default, 0, MedianWorth, TailTrust.AsExpected);
        double above = upper.Law.Total, below = lower.Law.Total;
        upperShare = (float)((above + PriorPerSide) / (above + below + (2 * PriorPerSide)));
        upper.LogTwiceShare = MathF.Log(2 * upperShare);
        lower.LogTwiceShare = MathF.Log(2 * (1 - upperShare));
        spread = (float)Math.Sqrt((upperShare * upper.Law.MeanSquare) + ((1 - upperShare) * lower.Law.MeanSquare));
        nextFit = count + Math.Clamp((int)(RefitGrowth * count), FewestBetweenFits, MostBetweenFits);
    }

    private void ObserveMedian(float deviation)
    {
        float squared = deviation * deviation;
        float weight = (Nu + 1) / (Nu + (squared / medianSquare));
        medianSquare = float.MaxNative(medianSquare + (float.MaxNative(MedianGain, 1f * MedianEvery / count) * ((weight * squared) - medianSquare)), LeastMedianSquare);
    }

    // The tails know nothing yet: their place keeps the first sample, as differences from its first reading.
    private void Collect(double x, double floor)
    {
        double origin = previousForecast = count == 0 ? x : previousForecast;
        Span<float> first = MemoryMarshal.CreateSpan(ref Unsafe.As<Sides, float>(ref sides), FirstSample);
        first[count++] = (float)(x - origin);
        if (count < FirstSample)
        {
            return;
        }

        Span<double> sample = stackalloc double[FirstSample];
        for (int i = 0; i < FirstSample; i++)
        {
            sample[i] = first[i];
        }

        sides = Sides.New;

        (double median, double deviation) = SampleQuantiles.MedianAndDeviation(sample);
        double s = deviation * SampleQuantiles.DeviationToStandardDeviation;
        bank = ForecastBank.Start(origin + median, FirstSample / 2);
        scale = LocalScale.Start(Math.Sqrt(Math.Max(NormalToRobust * s * s, floor)));
        previousForecast = origin + median;
        previousDeviation = (float)(x - previousForecast);
        recent = RecentReadings.New;
    }

    // What is known of the deviations above the forecast, or of those below.
    private struct Side
    {
        public const int Upper = 0;
        public const int Lower = 1;

        public TailLaw Law;
        public float LogTwiceShare;

        // The sign bit: which side it is is as good as random, and a branch would be missed half the time.
        public static int Of(float residual) => (int)(BitConverter.SingleToUInt32Bits(residual) >> 31);
    }

    [InlineArray(2)]
    private struct Sides
    {
        private Side element;

        public static Sides New
        {
            get
            {
                var sides = default(Sides);
                (sides[Side.Upper].Law, sides[Side.Lower].Law) = (TailLaw.New, TailLaw.New);
                return sides;
            }
        }
    }
}
