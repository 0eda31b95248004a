using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// Running mean and variance of every datum, each weighing the same: <see cref="Moments"/> without the third and the fourth, and to the last bit the same.
/// Until it knows enough it answers NaN: one datum for the mean, two for the variance. State: four doubles.
/// </summary>
public readonly record struct MeanVariance : IEstimator<MeanVariance>
{
    private readonly double count;
    private readonly double high;
    private readonly double low;
    private readonly double second;

    private MeanVariance(double count, double high, double low, double second)
    {
        this.count = count;
        this.high = high;
        this.low = low;
        this.second = second;
    }

    /// <summary>How many data were observed; exact to 2⁵³.</summary>
    public double Count => count;

    /// <inheritdoc/>
    public double Weight => count;

    /// <summary>Arithmetic mean; NaN before the first datum.</summary>
    public double Mean => count > 0 ? high + low : double.NaN;

    /// <summary>Bessel-corrected variance; NaN below two data.</summary>
    public double Variance => count > 1 ? second / (count - 1) : double.NaN;

    /// <summary>Square root of <see cref="Variance"/>.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);

    /// <inheritdoc/>
    public MeanVariance Observe(double x)
    {
        if (!double.IsFinite(x))
        {
            return this;
        }

        double d = x - high - low;
        double n = count + 1;

        // The reciprocal does not wait for the datum, a division would.
        double s = d * (1 / n);
        (double h, double l) = HighLow.Step(high, low, s);
        return new(n, h, l, second + (d * (s * count)));
    }
}
