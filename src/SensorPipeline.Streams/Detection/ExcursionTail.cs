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
    private float threshold;
    private int since;
    private short peaks;

    /// <summary>The height that declares a change; infinite until <see cref="Solve"/>.</summary>
    public readonly float Threshold => threshold > 0 ? threshold : float.PositiveInfinity;

    /// <summary>One more reading has passed.</summary>
    public void Pass() => since = since == int.MaxValue ? since : since + 1;

    /// <summary>Learns a peak of an excursion that has ended.</summary>
    public void Learn(float peak, in ExcursionLaw law, double alpha)
    {
        Begin(law);
        int known = Math.Min(peaks + 1, Memory - PriorPeaks);
        float gain = 1f / (known + PriorPeaks);
        interval += gain * (since - interval);
        excess += gain * (peak - law.Base - excess);
        peaks = (short)known;
        since = 0;
        Solve(law, alpha);
    }

    /// <summary>Finds the threshold anew for a probability a reading.</summary>
    public void Solve(in ExcursionLaw law, double alpha)
    {
        Begin(law);
        double n = peaks + PriorPeaks;
        double growth = Math.Pow(Math.Max(1, 1 / (interval * alpha)), 1 / n) - 1;
        threshold = law.Base + (float)(n * excess * growth);
    }

    private void Begin(in ExcursionLaw law)
    {
        if (interval == 0)
        {
            interval = law.Interval;
            excess = law.Excess;
        }
    }
}
