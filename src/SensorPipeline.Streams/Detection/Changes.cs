using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Level shift, drift and change of the noise, each a pair of cumulative sums with its own share of the budget. What correlation the forecasts
/// leave in the scores would make all of them alarm many times too often, so scores are taken against their long run, and each threshold
/// follows what the sums of this very stream do. State: 232 bytes.
/// </summary>
internal struct Changes
{
    private const float Clip = 4;

    private LevelShift shift;
    private Drift drift;
    private NoiseChange noise;
    private LongRun longRun;
    private float solvedFor;
    private short scores;
    private sbyte direction;

    /// <summary>Nothing seen.</summary>
    public static Changes New => new() { longRun = LongRun.New };

    /// <summary>Whether readings that stand out belong to a change of the noise already told.</summary>
    public readonly bool NoiseIsOpen => noise.IsOpen;

    /// <summary>After one more reading: the kind of change that is evident now and was not before, if any; <see cref="Describe"/> says more of it.</summary>
    /// <param name="score">The reading as a standard normal would show it; NaN says nothing.</param>
    /// <param name="x">The reading.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="level">Mean of the sensor.</param>
    /// <param name="isSettling">Whether an outlier just now may yet turn out to be a shift, and is no evidence of noise till then.</param>
    /// <param name="total">Probability, a reading, of any alarm by chance.</param>
    public EventKind? Observe(double score, double x, EventTime time, double level, bool isSettling, double total)
    {
        if (double.IsNaN(score))
        {
            return null;
        }

        // The budget follows the sensor's typical interval, which settles: thresholds are solved for again when it has moved by a tenth.
        if (!(Math.Abs(total - solvedFor) <= 0.1 * solvedFor))
        {
            Solve(total);
        }

        scores = scores < NoiseChange.WarmUp ? (short)(scores + 1) : scores;
        float z = longRun.Observe(Math.Clamp((float)score, -Clip, Clip));
        float whitened = z * longRun.LevelScale;
        int shifts = shift.Observe(whitened, x, time, Budget.ShiftProbability(total));
        int drifts = scores < Drift.WarmUp ? 0 : drift.Observe(whitened, level, Budget.DriftProbability(total));
        int grows = scores < NoiseChange.WarmUp || isSettling ? 0 : noise.Observe(z, longRun.NoiseScale, Budget.NoiseProbability(total));
        return (shifts | drifts | grows) == 0 ? null : Declare(shifts, drifts, grows);
    }

    /// <summary>More of the change that is evident now.</summary>
    public readonly Change Describe(EventKind kind, double level, double total)
    {
        switch (kind)
        {
            case EventKind.LevelShift:
                (EventTime began, double to, int readings) = shift.Over(direction);
                return new Change(kind, began, level, to, readings, Budget.ShiftProbability(total));
            case EventKind.Drift:
                (double from, readings) = drift.Over(direction);
                return new Change(kind, EventTime.None, from, level, readings, Budget.DriftProbability(total));
            default:
                return new Change(kind, EventTime.None, double.NaN, direction, noise.Over(direction), Budget.NoiseProbability(total));
        }
    }

    /// <summary>The level was adopted anew.</summary>
    public void Restart(double total)
    {
        shift.Restart(Budget.ShiftProbability(total));
        drift.Restart(Budget.DriftProbability(total));
        longRun.Restart();
    }

    private EventKind Declare(int shifts, int drifts, int grows)
    {
        (EventKind kind, int way) = shifts != 0 ? (EventKind.LevelShift, shifts) : drifts != 0 ? (EventKind.Drift, drifts) : (EventKind.NoiseChange, grows);
        direction = (sbyte)way;
        return kind;
    }

    private void Solve(double total)
    {
        solvedFor = (float)total;
        shift.Solve(Budget.ShiftProbability(total));
        drift.Solve(Budget.DriftProbability(total));
        noise.Solve(Budget.NoiseProbability(total));
    }
}
