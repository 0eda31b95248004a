using SensorPipeline.Statistics.Special;
using Library = MathNet.Numerics.SpecialFunctions;

namespace SensorPipeline.Statistics.Distributions;

/// <summary>
/// Chi-squared distribution, the law of a squared Mahalanobis distance in as many dimensions as it has degrees of freedom. Probabilities are MathNet's
/// regularised gammas; their logarithms and the quantiles (Newton's on the log tail) are from here, since MathNet's go through 1 − q.
/// </summary>
/// <param name="DegreesOfFreedom">ν &gt; 0.</param>
public readonly record struct ChiSquared(double DegreesOfFreedom) : IDistribution<ChiSquared>
{
    /// <summary>Below it MathNet's regularised gammas answer 0 and 1, however few the degrees of freedom.</summary>
    private const double LibraryEdge = 1e-6;

    /// <inheritdoc/>
    public double Mean => DegreesOfFreedom;

    /// <inheritdoc/>
    public double Variance => 2 * DegreesOfFreedom;

    /// <summary>The degrees of freedom whose mean is the sample's.</summary>
    /// <param name="sample">Finite data.</param>
    public static ChiSquared Fit(ReadOnlySpan<double> sample) => new(Normal.Fit(sample).Mean);

    /// <inheritdoc/>
    public double LogDensity(double x)
    {
        double a = 0.5 * DegreesOfFreedom;
        return !(a > 0) || double.IsNaN(x) ? double.NaN
            : x < 0 || double.IsPositiveInfinity(x) ? double.NegativeInfinity
            : x == 0 ? (a < 1 ? double.PositiveInfinity : a == 1 ? -Math.Log(2) : double.NegativeInfinity)
            : LogPrefix(a, 0.5 * x) - Math.Log(x);
    }

    /// <inheritdoc/>
    public double CumulativeProbability(double x) => x switch
    {
        _ when !(DegreesOfFreedom > 0) => double.NaN,
        <= 0 => 0,
        double.PositiveInfinity => 1,
        double.NaN => double.NaN,
        < LibraryEdge => Math.Exp(LogCumulativeProbability(x)),
        _ => Library.GammaLowerRegularized(0.5 * DegreesOfFreedom, 0.5 * x),
    };

    /// <inheritdoc/>
    public double LogCumulativeProbability(double x)
    {
        double a = 0.5 * DegreesOfFreedom;
        return !(a > 0) || double.IsNaN(x) ? double.NaN
            : x <= 0 ? double.NegativeInfinity
            : double.IsPositiveInfinity(x) ? 0
            : 0.5 * x < a + 1 ? LogLowerSeries(a, 0.5 * x)
            : SpecialFunctions.Log1p(-Math.Exp(LogUpperFraction(a, 0.5 * x)));
    }

    /// <inheritdoc/>
    public double SurvivalProbability(double x) => x switch
    {
        _ when !(DegreesOfFreedom > 0) => double.NaN,
        <= 0 => 1,
        double.PositiveInfinity => 0,
        double.NaN => double.NaN,
        < LibraryEdge => -SpecialFunctions.Expm1(LogCumulativeProbability(x)),
        _ => Library.GammaUpperRegularized(0.5 * DegreesOfFreedom, 0.5 * x),
    };

    /// <inheritdoc/>
    public double LogSurvivalProbability(double x)
    {
        double a = 0.5 * DegreesOfFreedom;
        return !(a > 0) || double.IsNaN(x) ? double.NaN
            : x <= 0 ? 0
            : double.IsPositiveInfinity(x) ? double.NegativeInfinity
            : 0.5 * x < a + 1 ? SpecialFunctions.Log1p(-Math.Exp(LogLowerSeries(a, 0.5 * x)))
            : LogUpperFraction(a, 0.5 * x);
    }

    /// <inheritdoc/>
    public double Quantile(double p) => p > 0.5 ? Solve(1 - p, upper: true) : Solve(p, upper: false);

    /// <inheritdoc/>
    public double InverseSurvivalProbability(double q) => q > 0.5 ? Solve(1 - q, upper: false) : Solve(q, upper: true);

    /// <summary>One draw: twice a gamma of shape ν/2 (Marsaglia and Tsang).</summary>
    /// <param name="random">The source of randomness, seeded by the caller.</param>
    public double Sample(Random random) => 2 * GammaSample(0.5 * DegreesOfFreedom, random);

    private static double GammaSample(double shape, Random random)
    {
        if (shape < 1)
        {
            return GammaSample(shape + 1, random) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        }

        double d = shape - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double z = Normal.StandardSample(random);
            double v = 1 + (c * z);
            v = v * v * v;
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * z * z) + (d * (1 - v + Math.Log(v))))
            {
                return d * v;
            }
        }
    }

    /// <summary>Newton's method in ln x on the logarithm of the tail that holds at most half the probability.</summary>
    private double Solve(double tail, bool upper)
    {
        if (!(tail >= 0) || !(DegreesOfFreedom > 0))
        {
            return double.NaN;
        }

        if (tail == 0)
        {
            return upper ? double.PositiveInfinity : 0;
        }

        double target = Math.Log(tail);
        double logX = Math.Log(Start(tail, upper));
        for (int i = 0; i < 100; i++)
        {
            double x = Math.Exp(logX);
            double log = upper ? LogSurvivalProbability(x) : LogCumulativeProbability(x);
            double slope = Math.Exp(LogDensity(x) + logX - log);
            double step = Math.Clamp((upper ? log - target : target - log) / slope, -1, 1);
            logX += step;
            if (Math.Abs(step) < 1e-15 * Math.Max(1, Math.Abs(logX)))
            {
                break;
            }
        }

        return Math.Exp(logX);
    }

    private double Start(double tail, bool upper)
    {
        // Wilson and Hilferty: the cube root of χ²/ν is nearly normal; below it, the leading term of the series.
        double k = 2 / (9 * DegreesOfFreedom);
        double z = Normal.Standard.InverseSurvivalProbability(tail);
        double root = 1 - k + ((upper ? z : -z) * Math.Sqrt(k));
        double a = 0.5 * DegreesOfFreedom;
        double small = 2 * Math.Exp((Math.Log(tail) + SpecialFunctions.LogGamma(a + 1)) / a);
        return root > 0.1 ? DegreesOfFreedom * root * root * root
            : upper ? 1
            : Math.Max(small, 1e-300);
    }

    /// <summary>
    /// a·ln x − x − ln Γ(a). For large a the three terms are thousands and their sum is not: then, with Stirling's series, a·(ln(1+u) − u) + ½·ln(a/2π) − δ(a), u = x/a − 1.
    /// </summary>
    private static double LogPrefix(double a, double x)
    {
        if (a < 20)
        {
            return (a * Math.Log(x)) - x - SpecialFunctions.LogGamma(a);
        }

        double r = 1 / a, q = r * r;
        double rest = r * ((1.0 / 12) - (q * ((1.0 / 360) - (q * ((1.0 / 1260) - (q * (1.0 / 1680)))))));
        return (a * LogRatioMinus(x, a)) + (0.5 * Math.Log(a)) - SpecialFunctions.LogRootTwoPi - rest;
    }

    /// <summary>ln(1+u) − u with u = x/a − 1, by its series near 0; beyond, from the ratio itself, of which 1 + u would lose the digits when x is far below a.</summary>
    private static double LogRatioMinus(double x, double a)
    {
        double u = (x - a) / a;
        if (Math.Abs(u) > 0.1)
        {
            return Math.Log(x / a) - u;
        }

        double sum = 0, power = u;
        for (int k = 2; k < 20; k++)
        {
            power *= -u;
            sum += power / k;
        }

        return sum;
    }

    private static double LogLowerSeries(double a, double x)
    {
        double term = 1 / a, sum = term;
        for (int n = 1; n < 10_000 && term > sum * 1e-17; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return LogPrefix(a, x) + Math.Log(sum);
    }

    private static double LogUpperFraction(double a, double x)
    {
        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double h = d;
        for (int i = 1; i < 10_000; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / Away((an * d) + b);
            c = Away(b + (an / c));
            double change = d * c;
            h *= change;
            if (Math.Abs(change - 1) < 1e-16)
            {
                break;
            }
        }

        return LogPrefix(a, x) + Math.Log(h);
    }

    private static double Away(double x) => Math.Abs(x) < 1e-300 ? 1e-300 : x;
}
