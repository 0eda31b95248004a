using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Four cumulative sums in step, s ← max(0, s + increment), a pair for each kind of change, each kind with a threshold that follows what this
/// stream's own sums do by chance. A sum is held at twice its threshold, so that it returns in bounded time. Lanes: level up, down; louder,
/// quieter. They go without a branch: whether one leaves or returns to zero is as good as random. State: 92 bytes.
/// </summary>
internal struct Excursions
{
    private const int Kinds = 2;
    private const float ShiftInterval = 200;

    // Peaks above 4 of the noise's sums on standard normals, both sides together.
    private const float NoiseBase = 4;
    private const float NoiseInterval = 400;

    private static readonly float[] Bases = [ExcursionTail.BaseOfCusum(Changes.ShiftAllowance, ShiftInterval), NoiseBase];
    private static readonly float ShiftBase = Bases[0];

    private Lanes sums;
    private Lanes peaks;
    private Lanes lengths;
    private Tails tails;
    private uint readings;

    /// <summary>Nothing seen.</summary>
    public static Excursions New
    {
        get
        {
            var excursions = default(Excursions);
            excursions.tails[0] = ExcursionTail.OfCusum(Changes.ShiftAllowance, ShiftInterval);
            excursions.tails[1] = ExcursionTail.Of(NoiseInterval, 1);
            return excursions;
        }
    }

    /// <summary>Readings since a lane's sum left zero.</summary>
    public readonly float Length(int lane) => lengths[lane];

    /// <summary>Readings since each lane's sum left zero.</summary>
    public readonly Vector128<float> Lengths => lengths.Vector;

    /// <summary>Whether a lane's sum has declared a change and not yet come back to zero.</summary>
    public readonly bool IsBeyond(int lane) => peaks[lane] > tails[lane / 2].Threshold;

    /// <summary>After one more reading: the lanes whose sums pass their thresholds for the first time since they left zero, a bit each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Observe(Vector128<float> increments, double total)
    {
        readings++;
        (float shift, float noise) = (tails[0].Threshold, tails[1].Threshold);
        Vector128<float> thresholds = Vector128.Create(shift, shift, noise, noise);
        Vector128<float> former = peaks.Vector;
        Vector128<float> next = Vector128.MaxNative(sums.Vector + increments, Vector128<float>.Zero);
        Vector128<float> isUp = Vector128.GreaterThan(next, Vector128<float>.Zero);
        uint ended = Vector128.AndNot(Vector128.GreaterThan(former, Vector128.Create(ShiftBase, ShiftBase, NoiseBase, NoiseBase)), isUp).ExtractMostSignificantBits();
        uint passed = (Vector128.GreaterThan(next, thresholds) & Vector128.LessThanOrEqual(former, thresholds)).ExtractMostSignificantBits();
        next = Vector128.MinNative(next, thresholds + thresholds);
        sums.Vector = next;
        peaks.Vector = Vector128.MaxNative(former, next) & isUp;
        lengths.Vector = (lengths.Vector + Vector128<float>.One) & isUp;
        if (ended != 0)
        {
            Learn(ended, former, total);
        }

        return passed;
    }

    /// <summary>A pair of sums back to zero: the change is adopted.</summary>
    public void Restart(int kind, double total)
    {
        for (int lane = 2 * kind; lane < (2 * kind) + 2; lane++)
        {
            if (peaks[lane] > Bases[kind])
            {
                tails[kind].Learn(peaks[lane], Bases[kind], readings, Changes.ProbabilityOf(kind, total));
            }

            sums[lane] = peaks[lane] = lengths[lane] = 0;
        }
    }

    /// <summary>Finds the thresholds anew for a probability of any alarm.</summary>
    public void Solve(double total)
    {
        for (int kind = 0; kind < Kinds; kind++)
        {
            tails[kind].Solve(Bases[kind], Changes.ProbabilityOf(kind, total));
        }
    }

    // An alarm's peak too is learned, or the tail would only ever see what it does not catch.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Learn(uint lanes, Vector128<float> heights, double total)
    {
        for (int lane = 0; lane < 2 * Kinds; lane++)
        {
            if ((lanes & (1u << lane)) != 0)
            {
                tails[lane / 2].Learn(heights[lane], Bases[lane / 2], readings, Changes.ProbabilityOf(lane / 2, total));
            }
        }
    }

    [InlineArray(Kinds)]
    private struct Tails
    {
        private ExcursionTail element;
    }
}
