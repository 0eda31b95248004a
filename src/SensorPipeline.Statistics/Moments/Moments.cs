using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Moments;

/// <summary>
/// Running mean, variance, skewness and kurtosis of every datum, each weighing the same.
/// <para>
/// One pass: d = x − mean, s = d/n, t = d·s·(n−1); M₄ += s(s(t(n²−3n+3) + 6M₂) − 4M₃), M₃ += s(t(n−2) − 3M₂), M₂ += t. The mean is kept as the
/// unevaluated sum of a high and a low part, so that x − mean is exact near the data and an offset of 10¹² costs no digit of the variance.
/// Merging is the pairwise form of the same sums. References: Terriberry (2007); Pébay, SAND2008-6212.
/// </para>
/// <para>Until it knows enough it answers NaN: one datum for the mean, two for the variance, three for the skewness, four for the kurtosis.
/// State: six doubles. Data up to 10⁷⁰ in magnitude keep the fourth moment finite.</para>
/// </summary>
public readonly record struct Moments : IEstimator<Moments>, IMergeable<Moments>
{
    private readonly double count;
    private readonly double high;
    private readonly double low;
    private readonly double second;
    private readonly double third;
    private readonly double fourth;

    internal Moments(double count, double high, double low, double second, double third, double fourth)
    {
        this.count = count;
        this.high = high;
        this.low = low;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    /// <summary>Nothing observed yet.</summary>
    public static Moments AdditiveIdentity => default;

    /// <summary>How many data were observed; exact to 2⁵³.</summary>
    public double Count => count;

    /// <inheritdoc/>
    public double Weight => count;

    /// <summary>Arithmetic mean; NaN before the first datum.</summary>
    public double Mean => count > 0 ? high + low : double.NaN;

    /// <summary>Sum of squared deviations from the mean, M₂.</summary>
    public double SumOfSquares => count > 0 ? second : double.NaN;

    /// <summary>Bessel-corrected variance M₂/(n−1); NaN below two data.</summary>
    public double Variance => count > 1 ? second / (count - 1) : double.NaN;

    /// <summary>Variance of the data as a whole population, M₂/n.</summary>
    public double PopulationVariance => count > 0 ? second / count : double.NaN;

    /// <summary>Square root of <see cref="Variance"/>.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);

    /// <summary>Population skewness g₁ = √n·M₃/M₂^1.5; NaN when all data are equal.</summary>
    public double PopulationSkewness => count > 0 && second > 0 ? Math.Sqrt(count / second) * (third / second) : double.NaN;

    /// <summary>Population excess kurtosis g₂ = n·M₄/M₂² − 3; NaN when all data are equal. Bounded by n, so one outlier owns it: never an alarm.</summary>
    public double PopulationExcessKurtosis => count > 0 && second > 0 ? (count * (fourth / second) / second) - 3 : double.NaN;

    /// <summary>Skewness corrected for bias, G₁ = g₁√(n(n−1))/(n−2); NaN below three data.</summary>
    public double Skewness => count > 2 ? PopulationSkewness * Math.Sqrt(count * (count - 1)) / (count - 2) : double.NaN;

    /// <summary>Excess kurtosis corrected for bias, G₂ = (n−1)((n+1)g₂ + 6)/((n−2)(n−3)); NaN below four data.</summary>
    public double ExcessKurtosis => count > 3
        ? (count - 1) / ((count - 2) * (count - 3)) * (((count + 1) * PopulationExcessKurtosis) + 6)
        : double.NaN;

    /// <summary>The mean as high and low part.</summary>
    internal (double High, double Low) SplitMean => (high, low);

    /// <inheritdoc/>
    public Moments Observe(double x)
    {
        if (!double.IsFinite(x))
        {
            return this;
        }

        double d = x - high - low;
        double n = count + 1;

        // The reciprocal does not wait for the datum, a division would.
        double s = d * (1 / n);
        double t = d * (s * count);
        double inner = Math.FusedMultiplyAdd(t, Math.FusedMultiplyAdd(n, n - 3, 3), 6 * second);
        double m4 = Math.FusedMultiplyAdd(s, Math.FusedMultiplyAdd(s, inner, -4 * third), fourth);
        double m3 = Math.FusedMultiplyAdd(s, Math.FusedMultiplyAdd(t, n - 2, -3 * second), third);
        (double h, double l) = HighLow.Step(high, low, s);
        return new Moments(n, h, l, second + t, m3, m4);
    }

    /// <summary>The moments of both inputs' data together.</summary>
    /// <param name="left">One set of data.</param>
    /// <param name="right">The other.</param>
    public static Moments operator +(Moments left, Moments right)
    {
        if (right.count == 0)
        {
            return left;
        }

        if (left.count == 0)
        {
            return right;
        }

        double na = left.count, nb = right.count, n = na + nb;
        double d = right.high - left.high + (right.low - left.low);
        double q = d / n;
        double t = d * (q * na * nb);
        double second = left.second + right.second + t;
        double third = left.third + right.third + (q * ((t * (na - nb)) + (3 * ((na * right.second) - (nb * left.second)))));
        double fourth = left.fourth + right.fourth
            + (q * ((q * ((t * ((na * na) - (na * nb) + (nb * nb))) + (6 * ((na * na * right.second) + (nb * nb * left.second)))))
                + (4 * ((na * right.third) - (nb * left.third)))));

        // The step with its rounding errors put back: merges of short runs, as in a window, must not cost the mean a digit that one pass would keep.
        double step = q * nb;
        double error = Math.FusedMultiplyAdd(q, nb, -step) + (Math.FusedMultiplyAdd(-q, n, d) * (nb / n));
        (double high, double low) = HighLow.Add(left.high, left.low + error, step);
        return new Moments(n, high, low, second, third, fourth);
    }

    /// <summary>The same sums as those of weighted data whose squared weights, and products of the weights of two data, sum to given values.</summary>
    internal ExponentialMoments Weighted(double squaredWeight, double pairWeight) => new(count, squaredWeight, pairWeight, high, low, second, third, fourth);

    /// <summary>The fields, for a table that keeps them apart.</summary>
    internal void Split(out double number, out double meanHigh, out double meanLow, out double m2, out double m3, out double m4) =>
        (number, meanHigh, meanLow, m2, m3, m4) = (count, high, low, second, third, fourth);
}
