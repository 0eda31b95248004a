using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Level shift, drift and change of the noise, each a pair of cumulative sums with its own share of the budget. What correlation the forecasts
/// leave in the scores would make all of them alarm many times too often, so scores are divided by the square root of their long-run
/// variance, their squares likewise, and each threshold follows what the sums of this very stream do. State: 232 bytes.
/// </summary>
internal struct Changes
{
    private const float Clip = 4;

    private LevelShift shift;
    private Drift drift;
    private NoiseChange noise;
    private Baseline baseline;
    private LongRunVariance persistence;
    private LongRunVariance volatility;
    private float solvedFor;
    private ushort scores;

    /// <summary>Nothing seen.</summary>
    public static Changes New => new() { persistence = LongRunVariance.New, volatility = LongRunVariance.New };

    /// <summary>Whether readings that stand out belong to a change of the noise already told.</summary>
    public readonly bool NoiseIsOpen => noise.IsOpen;

    /// <summary>After one more reading: the change that is evident now and was not before, if any.</summary>
    /// <param name="score">The reading as a standard normal would show it; NaN says nothing.</param>
    /// <param name="x">The reading.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="level">Mean of the sensor.</param>
    /// <param name="isSettling">Whether an outlier just now may yet turn out to be a shift, and is no evidence of noise till then.</param>
    /// <param name="total">Probability, a reading, of any alarm by chance.</param>
    public Change? Observe(double score, double x, EventTime time, double level, bool isSettling, double total)
    {
        if (double.IsNaN(score))
        {
            return null;
        }

        Solve(total);
        scores = (ushort)Math.Min(scores + 1, ushort.MaxValue);
        float clipped = Math.Clamp((float)score, -Clip, Clip);
        float z = baseline.Standardise(clipped);
        baseline.Observe(clipped);
        float whitened = z * persistence.Scale;
        persistence.Observe(z);
        return ObserveLevel(whitened, x, time, level, total) ?? ObserveDrift(whitened, level, total) ?? (isSettling ? null : ObserveNoise(z, total));
    }

    /// <summary>The level was adopted anew.</summary>
    public void Restart(double total)
    {
        shift.Restart(Budget.ShiftProbability(total));
        drift.Restart(Budget.DriftProbability(total));
        persistence.Restart();
    }

    private Change? ObserveLevel(float z, double x, EventTime time, double level, double total) =>
        shift.Observe(z, x, time, Budget.ShiftProbability(total)) is { } found
            ? new Change(EventKind.LevelShift, found.Began, level, found.Level, found.Readings, Budget.ShiftProbability(total))
            : null;

    private Change? ObserveDrift(float z, double level, double total) =>
        scores >= Drift.WarmUp && drift.Observe(z, level, Budget.DriftProbability(total), out double from) is var readings and > 0
            ? new Change(EventKind.Drift, EventTime.None, from, level, readings, Budget.DriftProbability(total))
            : null;

    private Change? ObserveNoise(float z, double total)
    {
        if (scores < NoiseChange.WarmUp)
        {
            return null;
        }

        float square = NoiseChange.Square(z);
        int readings = noise.Observe(square, volatility.Scale, Budget.NoiseProbability(total));
        volatility.Observe(NoiseChange.Standardise(square));
        return readings == 0 ? null
            : new Change(EventKind.NoiseChange, EventTime.None, double.NaN, Math.Sign(readings), Math.Abs(readings), Budget.NoiseProbability(total));
    }

    // The budget follows the sensor's typical interval, which settles: thresholds are solved for again when it has moved by a tenth.
    private void Solve(double total)
    {
        if (Math.Abs(total - solvedFor) <= 0.1 * solvedFor)
        {
            return;
        }

        solvedFor = (float)total;
        shift.Solve(Budget.ShiftProbability(total));
        drift.Solve(Budget.DriftProbability(total));
        noise.Solve(Budget.NoiseProbability(total));
    }
}
