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
    public bool Observe(float increment, ref ExcursionTail tail, in ExcursionLaw law, double alpha)
    {
        float next = sum + increment;
        if (!(next > 0))
        {
            End(ref tail, law, alpha);
            return false;
        }

        float threshold = tail.Threshold;
        Length++;
        sum = Math.Min(next, 2 * threshold);
        bool passes = sum > threshold && peak <= threshold;
        peak = Math.Max(peak, sum);
        return passes;
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
}
