using SensorPipeline.Statistics.Sequential;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// How high a cumulative sum of this stream goes by chance. A sum leaves zero, reaches a peak and returns; peaks beyond a base come at a rate
/// and with exponential heights (Cramér and Lundberg), whatever correlation or skew is left in the scores: only the rate and the mean height
/// depend on it, and both are learned here, the law of independent normals counting as sixteen peaks. The threshold for probability α a
/// reading is the height beyond which the next peak lies with that probability when the mean is as uncertain as n peaks leave it, a Lomax
/// law: base + n·m·((rate/α)^(1/n) − 1), which tends to base + m·ln(rate/α). State: 20 bytes.
/// </summary>
internal struct ExcursionTail
{
    private const int PriorPeaks = 16;
    private const int Memory = 256;

    private float interval;
    private float excess;
    private uint last;
    private short peaks;

    /// <summary>What is believed before any peak: so many readings between peaks above the base, on both sides together, and so high a mean beyond it.</summary>
    public static ExcursionTail Of(float interval, float excess) => new() { interval = interval, excess = excess, Threshold = float.PositiveInfinity };

    /// <summary>
    /// Of the sums s ← max(0, s ± z − k) of independent normals, by Siegmund's run length: heights beyond the base have mean 1/2k, for which
    /// e^(−2kh) is the tail.
    /// </summary>
    public static ExcursionTail OfCusum(double allowance, float interval) => Of(interval, (float)(0.5 / allowance));

    /// <summary>The base that such sums pass once in so many readings, on both sides together.</summary>
    public static float BaseOfCusum(double allowance, double interval) => (float)CusumDesign.Threshold(2 * interval, allowance);

    /// <summary>The height that declares a change; infinite until <see cref="Solve"/>.</summary>
    public float Threshold { get; private set; }

    /// <summary>Learns a peak of an excursion that has ended, by the number of readings till now.</summary>
    public void Learn(float height, float level, uint now, double alpha)
    {
        peaks = (short)Math.Min(peaks + 1, Memory - PriorPeaks);
        float gain = 1f / (peaks + PriorPeaks);
        interval += gain * (now - last - interval);
        excess += gain * (height - level - excess);
        last = now;
        Solve(level, alpha);
    }

    /// <summary>Finds the threshold anew for a probability a reading.</summary>
    public void Solve(float level, double alpha)
    {
        double n = peaks + PriorPeaks;
        double growth = Math.Pow(Math.Max(1, 1 / (interval * alpha)), 1 / n) - 1;
        Threshold = level + (float)(n * excess * growth);
    }
}
