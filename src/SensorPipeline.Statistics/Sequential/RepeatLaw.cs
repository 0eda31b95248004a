namespace SensorPipeline.Statistics.Sequential;

/// <summary>
/// Run of equal readings of a stream and how likely a repeat is in it. A quantised sensor repeats by right; with repeat probability q a run of L readings has probability q^(L−1).
/// q is learned with forgetting from the runs and answered within [0.05, 0.999], so that neither a cold start nor a stuck sensor makes it certain.
/// <para>State: the last reading, the run, the rate.</para>
/// </summary>
public readonly record struct RepeatLaw
{
    /// <summary>Smallest repeat probability answered.</summary>
    public const double LeastProbability = 0.05;

    /// <summary>Largest repeat probability answered.</summary>
    public const double MostProbability = 0.999;

    private readonly double last;
    private readonly double repeats;
    private readonly int length;

    private RepeatLaw(double last, double repeats, int length)
    {
        this.last = last;
        this.repeats = repeats;
        this.length = length;
    }

    /// <summary>Number of equal readings up to the last one; 0 before the first.</summary>
    public int RunLength => length;

    /// <summary>Learned probability q that a reading equals the one before.</summary>
    public double RepeatProbability => Math.Clamp(repeats, LeastProbability, MostProbability);

    /// <summary>Probability of a run at least this long under the learned law.</summary>
    public double TailProbability => Tail(length, RepeatProbability);

    /// <summary>After one more reading.</summary>
    /// <param name="x">The reading; one that is not finite leaves it as it is.</param>
    /// <param name="gain">One over the number of readings the repeat probability remembers; 0 learns nothing, as while the sensor is held for stuck.</param>
    public RepeatLaw Observe(double x, double gain)
    {
        if (!double.IsFinite(x))
        {
            return this;
        }

        bool repeat = length > 0 && x == last;
        double learned = length == 0 ? repeats : repeats + (gain * ((repeat ? 1 : 0) - repeats));
        return new(x, learned, repeat ? length + 1 : 1);
    }

    /// <summary>q^(L−1).</summary>
    /// <param name="runLength">L, 1 or more.</param>
    /// <param name="repeatProbability">q.</param>
    public static double Tail(int runLength, double repeatProbability) => Math.Exp(LogTail(runLength, repeatProbability));

    /// <summary>(L−1)·ln q.</summary>
    /// <param name="runLength">L, 1 or more.</param>
    /// <param name="repeatProbability">q.</param>
    public static double LogTail(int runLength, double repeatProbability) => Math.Max(runLength - 1, 0) * Math.Log(repeatProbability);

    /// <summary>The shortest run whose probability is at most α: ⌈1 + ln α/ln q⌉.</summary>
    /// <param name="probability">α.</param>
    /// <param name="repeatProbability">q in (0,1).</param>
    public static int Threshold(double probability, double repeatProbability)
    {
        double repeats = Math.Log(probability) / Math.Log(repeatProbability), nearest = Math.Round(repeats);

        // A tenth to the third is a thousandth, or a little more: where rounding decides, the power itself is compared.
        if (Math.Abs(repeats - nearest) < 1e-9 && nearest < 10_000)
        {
            repeats = PowerIsAtMost(repeatProbability, (int)nearest, probability) ? nearest : nearest + 1;
        }

        return (int)Math.Min(Math.Ceiling(1 + repeats), int.MaxValue);
    }

    /// <summary>Whether q^n ≤ α for the doubles q and α as they are: the power as a sum of two doubles, 32 digits.</summary>
    private static bool PowerIsAtMost(double q, int n, double probability)
    {
        double high = 1, low = 0;
        for (int i = 0; i < n; i++)
        {
            double product = high * q;
            low = Math.FusedMultiplyAdd(high, q, -product) + (low * q);
            high = product + low;
            low -= high - product;
        }

        return high < probability || (high == probability && low <= 0);
    }
}
