namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// Exponentially weighted mean and variance by the plain recursion m += αd, v = (1−α)(v + αd²), started at the first datum: what pandas calls
/// <c>adjust=False, bias=True</c>. The variance starts at 0 and is too small for about 3/α data; kept for parity, <see cref="ExponentialMoments"/> is the one to use.
/// State: four doubles.
/// </summary>
public readonly record struct RecursiveMoments
{
    private readonly double count;
    private readonly double high;
    private readonly double low;
    private readonly double variance;

    private RecursiveMoments(double count, double high, double low, double variance)
    {
        this.count = count;
        this.high = high;
        this.low = low;
        this.variance = variance;
    }

    /// <summary>How many data were observed.</summary>
    public double Count => count;

    /// <summary>Weighted mean; NaN before the first datum.</summary>
    public double Mean => count > 0 ? high + low : double.NaN;

    /// <summary>Weighted population variance; NaN before the first datum, 0 after it.</summary>
    public double Variance => count > 0 ? variance : double.NaN;

    /// <summary>After one more datum.</summary>
    /// <param name="x">The datum; one that is not finite leaves it as it is.</param>
    /// <param name="gain">α in (0,1].</param>
    public RecursiveMoments Observe(double x, double gain)
    {
        if (!double.IsFinite(x))
        {
            return this;
        }

        if (count == 0)
        {
            return new(1, x, 0, 0);
        }

        double d = x - high - low;
        (double h, double l) = HighLow.Step(high, low, gain * d);
        return new(count + 1, h, l, (1 - gain) * (variance + (gain * d * d)));
    }
}
