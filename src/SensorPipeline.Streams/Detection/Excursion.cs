using System.Runtime.CompilerServices;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// One side of a cumulative sum on its way: s ← max(0, s + increment), held at twice the threshold so that it returns in bounded time.
/// State: 12 bytes.
/// </summary>
internal struct Excursion
{
    private float sum;
    private float peak;

    /// <summary>Readings since the sum left zero.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the sum has passed the threshold and not yet come back to zero.</summary>
    public readonly bool IsBeyond(float threshold) => peak > threshold;

    /// <summary>After one more increment: whether the sum passes the threshold for the first time since it left zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Observe(float increment, ref ExcursionTail tail, in ExcursionLaw law, double alpha)
    {
        float next = sum + increment;
        if (next > 0)
        {
            Length++;
            sum = next;
            return next > peak && Climb(next, tail.Threshold);
        }

        if (Length > 0)
        {
            End(ref tail, law, alpha);
        }

        return false;
    }

    /// <summary>Back to zero; the peak is learned, an alarm's too, or the tail would only ever see what it does not catch.</summary>
    public void End(ref ExcursionTail tail, in ExcursionLaw law, double alpha)
    {
        if (peak > law.Base)
        {
            tail.Learn(peak, law, alpha);
        }

        this = default;
    }

    private bool Climb(float next, float threshold)
    {
        bool passes = next > threshold && peak <= threshold;
        sum = Math.Min(next, 2 * threshold);
        peak = sum;
        return passes;
    }
}
