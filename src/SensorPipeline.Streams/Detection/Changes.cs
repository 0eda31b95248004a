using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// What readings show together that none shows alone, by cumulative sums of their normal scores taken against their long run, each kind with
/// its own share of the budget. A <b>level shift</b>: CUSUM with k = ½; it began where the sum left zero, and the new level is the mean since.
/// A <b>change of the noise</b>: log likelihood ratio of a standard deviation R = 1.5 times as large, and of one as small,
/// s ← max(0, s + z²/2·(1 − 1/R²) − ln R), with |z| ≤ 3; it waits until the scale's own error is small against R. A <b>drift</b> is beyond sums of
/// residuals, since a forecast follows it: <see cref="Wandering"/>. State: 200 bytes.
/// </summary>
internal struct Changes
{
    /// <summary>k of the level's sums.</summary>
    public const float ShiftAllowance = 0.5f;

    private const float Clip = 4;
    private const float Ratio = 1.5f;
    private const float LouderGain = 0.5f * (1 - (1 / (Ratio * Ratio)));
    private const float QuieterGain = 0.5f * (1 - (Ratio * Ratio));
    private const float LogRatio = 0.4054651081f;
    private const short NoiseWarmUp = 500;
    private const int Quieter = 3;
    private const int Drift = 4;

    private Since since;
    private Excursions sums;
    private LongRun longRun;
    private Wandering wandering;
    private float solvedFor;
    private short scores;
    private byte declared;

    /// <summary>Nothing seen.</summary>
    public static Changes New => new() { sums = Excursions.New, longRun = LongRun.New };

    /// <summary>Whether the noise was found to have grown and is not back yet.</summary>
    public readonly bool IsLoud => sums.IsBeyond(Quieter - 1);

    /// <summary>The share of a kind's sums, in the order of their lanes.</summary>
    public static double ProbabilityOf(int kind, double total) => Budget.Probability(kind == 0 ? EventKind.LevelShift : EventKind.NoiseChange, total);

    /// <summary>After one more reading: whether a change is evident now that was not before.</summary>
    /// <param name="score">How far out the reading is; NaN says nothing.</param>
    /// <param name="x">The reading.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="detector">What is known of the sensor.</param>
    /// <param name="isSettling">Whether an outlier just now may yet turn out to be a shift, and is no evidence of noise till then.</param>
    /// <param name="total">Probability, a reading, of any alarm by chance.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Observe(in Score score, double x, EventTime time, in Detector detector, bool isSettling, double total)
    {
        if (float.IsNaN(score.Normal))
        {
            return false;
        }

        // The budget follows the sensor's typical interval, which settles: thresholds are solved for again when it has moved by a tenth.
        if (!(Math.Abs(total - solvedFor) <= 0.1 * solvedFor))
        {
            solvedFor = (float)total;
            sums.Solve(total);
        }

        uint passed = sums.Observe(Increments(score, isSettling), total);
        since.Observe(x, time, sums.Lengths);
        passed |= wandering.Observe(detector, Budget.Probability(EventKind.Drift, total)) ? 1u << Drift : 0;
        declared = (byte)passed;
        return passed != 0;
    }

    /// <summary>The change that is evident now; of several the one that tells most.</summary>
    public readonly Change Describe(double level, double total)
    {
        int lane = (int)uint.TrailingZeroCount(declared);
        EventKind kind = lane == Drift ? EventKind.Drift : lane > 1 ? EventKind.NoiseChange : EventKind.LevelShift;
        int readings = lane == Drift ? wandering.Readings : (int)sums.Length(lane);
        var change = new Change(kind, EventTime.None, double.NaN, lane == Quieter ? -1 : 1, readings, Budget.Probability(kind, total));
        return lane switch
        {
            0 or 1 => change with { Began = since.Began(lane), From = level, To = since.Total(lane) / readings },
            Drift => change with { From = wandering.From, To = level },
            _ => change,
        };
    }

    /// <summary>The level was adopted anew: nothing is left to have shifted or drifted from.</summary>
    public void Restart(double level, double total)
    {
        sums.Restart(0, total);
        wandering.MoveTo(level);
        longRun.Restart();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<float> Increments(in Score score, bool isSettling)
    {
        scores = scores < NoiseWarmUp ? (short)(scores + 1) : scores;
        (float z, float square) = longRun.Observe(float.MinNative(float.MaxNative(score.Normal, -Clip), Clip), score.Loudness);
        float whitened = z * longRun.LevelScale;
        float weight = scores < NoiseWarmUp || isSettling ? 0 : longRun.NoiseScale;
        return Vector128.Create(
            whitened - ShiftAllowance,
            -whitened - ShiftAllowance,
            weight * ((LouderGain * square) - LogRatio),
            weight * ((QuieterGain * square) + LogRatio));
    }
}
