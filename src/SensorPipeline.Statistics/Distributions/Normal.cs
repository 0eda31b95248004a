using SensorPipeline.Statistics.Special;
using Library = MathNet.Numerics.Distributions;

namespace SensorPipeline.Statistics.Distributions;

/// <summary>Normal distribution by mean and standard deviation (not variance). Its quantile is MathNet's, good to 10⁻³⁰⁰.</summary>
/// <param name="Mean">Mean μ.</param>
/// <param name="StandardDeviation">Standard deviation σ &gt; 0, in the unit of the data.</param>
public readonly record struct Normal(double Mean, double StandardDeviation) : IDistribution<Normal>
{
    private const double InverseRootTwo = 0.70710678118654752440;

    /// <summary>Mean 0, standard deviation 1.</summary>
    public static Normal Standard => new(0, 1);

    /// <inheritdoc/>
    public double Variance => StandardDeviation * StandardDeviation;

    /// <summary>The median, which is the mean.</summary>
    public double Median => Mean;

    /// <summary>A normal from its mean and variance.</summary>
    /// <param name="mean">Mean.</param>
    /// <param name="variance">Variance, the square of the standard deviation.</param>
    public static Normal FromVariance(double mean, double variance) => new(mean, Math.Sqrt(variance));

    /// <summary>A normal from its mean and precision.</summary>
    /// <param name="mean">Mean.</param>
    /// <param name="precision">Precision, one over the variance.</param>
    public static Normal FromPrecision(double mean, double precision) => new(mean, 1 / Math.Sqrt(precision));

    /// <summary>Maximum likelihood: the mean and the population standard deviation.</summary>
    /// <param name="sample">Finite data.</param>
    public static Normal Fit(ReadOnlySpan<double> sample)
    {
        var moments = default(Moments.Moments);
        foreach (double x in sample)
        {
            moments = moments.Observe(x);
        }

        return new Normal(moments.Mean, Math.Sqrt(moments.PopulationVariance));
    }

    /// <summary>Share of a normal within k standard deviations of its mean: 0.683, 0.954, 0.997 for 1, 2, 3.</summary>
    /// <param name="deviations">Number of standard deviations k.</param>
    public static double CoverageWithin(double deviations) => SpecialFunctions.Erf(deviations * InverseRootTwo);

    /// <summary>Share of a normal beyond k standard deviations of its mean, both sides; the two-sided p-value of a z-score.</summary>
    /// <param name="deviations">Number of standard deviations k.</param>
    public static double CoverageBeyond(double deviations) => SpecialFunctions.Erfc(Math.Abs(deviations) * InverseRootTwo);

    /// <summary>(x − μ)/σ.</summary>
    /// <param name="x">A value.</param>
    public double StandardScore(double x) => (x - Mean) / Deviation;

    /// <summary>Probability density at x.</summary>
    /// <param name="x">A value.</param>
    public double Density(double x) => Math.Exp(LogDensity(x));

    /// <inheritdoc/>
    public double LogDensity(double x)
    {
        double z = StandardScore(x);
        return (-0.5 * z * z) - SpecialFunctions.LogRootTwoPi - Math.Log(StandardDeviation);
    }

    /// <inheritdoc/>
    public double CumulativeProbability(double x) => Tail(-StandardScore(x));

    /// <inheritdoc/>
    public double LogCumulativeProbability(double x) => LogTail(-StandardScore(x));

    /// <inheritdoc/>
    public double SurvivalProbability(double x) => Tail(StandardScore(x));

    /// <inheritdoc/>
    public double LogSurvivalProbability(double x) => LogTail(StandardScore(x));

    /// <inheritdoc/>
    public double Quantile(double p) => Mean + (Deviation * StandardQuantile(p));

    /// <inheritdoc/>
    public double InverseSurvivalProbability(double q) => Mean - (Deviation * StandardQuantile(q));

    /// <summary>P(a &lt; X ≤ b) from the tail in which the interval lies, or by erf where it spans the mean; 0 when b ≤ a.</summary>
    /// <param name="a">Lower end.</param>
    /// <param name="b">Upper end.</param>
    public double IntervalProbability(double a, double b)
    {
        double za = StandardScore(a), zb = StandardScore(b);
        return double.IsNaN(za) || double.IsNaN(zb) ? double.NaN
            : b <= a ? 0
            : za > 0 ? Tail(za) - Tail(zb)
            : zb < 0 ? Tail(-zb) - Tail(-za)
            : 0.5 * (SpecialFunctions.Erf(zb * InverseRootTwo) - SpecialFunctions.Erf(za * InverseRootTwo));
    }

    /// <inheritdoc/>
    public double Sample(Random random) => Mean + (StandardDeviation * StandardSample(random));

    /// <summary>A draw from the standard normal (Marsaglia's polar method).</summary>
    internal static double StandardSample(Random random)
    {
        while (true)
        {
            double u = (2 * random.NextDouble()) - 1;
            double v = (2 * random.NextDouble()) - 1;
            double s = (u * u) + (v * v);
            if (s is > 0 and < 1)
            {
                return u * Math.Sqrt(-2 * Math.Log(s) / s);
            }
        }
    }

    /// <summary>The standard deviation where it has a meaning.</summary>
    private double Deviation => StandardDeviation >= 0 ? StandardDeviation : double.NaN;

    /// <summary>1 − Φ(z).</summary>
    internal static double Tail(double z) => 0.5 * SpecialFunctions.Erfc(z * InverseRootTwo);

    /// <summary>ln(1 − Φ(z)), finite as long as z² is.</summary>
    internal static double LogTail(double z) => z switch
    {
        < 0 => SpecialFunctions.Log1p(-Tail(-z)),
        < 5 => Math.Log(Tail(z)),
        _ => (-0.5 * z * z) - SpecialFunctions.LogRootTwoPi + Math.Log(SpecialFunctions.MillsRatio(z)),
    };

    private static double StandardQuantile(double p) => p is >= 0 and <= 1 ? Library.Normal.InvCDF(0, 1, p) : double.NaN;
}
