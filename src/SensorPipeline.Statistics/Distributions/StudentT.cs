using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Distributions;

/// <summary>
/// Student's t with location and scale. The scale is not the standard deviation: variance = scale²·ν/(ν−2). Infinite degrees of freedom are the normal.
/// The tail is half an incomplete beta by its continued fraction with a log1p prefix; the quantile is Newton's on the log tail in ln t.
/// </summary>
/// <param name="DegreesOfFreedom">ν &gt; 0; may be infinite.</param>
/// <param name="Location">Centre μ.</param>
/// <param name="Scale">Scale s &gt; 0, in the unit of the data.</param>
public readonly record struct StudentT(double DegreesOfFreedom, double Location = 0, double Scale = 1) : IDistribution<StudentT>
{
    /// <summary>The location for ν &gt; 1; NaN otherwise.</summary>
    public double Mean => DegreesOfFreedom > 1 ? Location : double.NaN;

    /// <summary>scale²·ν/(ν−2) for ν &gt; 2, infinite for 1 &lt; ν ≤ 2, NaN below.</summary>
    public double Variance => DegreesOfFreedom switch
    {
        double.PositiveInfinity => Scale * Scale,
        > 2 => Scale * Scale * (DegreesOfFreedom / (DegreesOfFreedom - 2)),
        > 1 => double.PositiveInfinity,
        _ => double.NaN,
    };

    /// <summary>6/(ν−4) for ν &gt; 4, infinite for 2 &lt; ν ≤ 4, NaN below.</summary>
    public double ExcessKurtosis => DegreesOfFreedom switch
    {
        > 4 => 6 / (DegreesOfFreedom - 4),
        > 2 => double.PositiveInfinity,
        _ => double.NaN,
    };

    private Normal Limit => new(Location, Scale);

    /// <summary>Maximum likelihood with free degrees of freedom.</summary>
    /// <param name="sample">Finite data.</param>
    public static StudentT Fit(ReadOnlySpan<double> sample) => StudentTFit.Fit(sample).Distribution;

    /// <summary>
    /// A standard normal score with the same tail probability as a standardised residual, by Wallace's approximation: off by less than 0.004 for |t| ≤ 2 and
    /// 0.025 for |t| ≤ 4 with ν ≥ 2.1. One logarithm.
    /// </summary>
    /// <param name="t">Residual over scale.</param>
    /// <param name="degreesOfFreedom">ν.</param>
    public static double NormalScore(double t, double degreesOfFreedom)
    {
        double nu = degreesOfFreedom;
        return Math.CopySign(((8 * nu) + 1) / ((8 * nu) + 3) * Math.Sqrt(nu * SpecialFunctions.Log1p(t * t / nu)), t);
    }

    /// <summary>(x − location)/scale.</summary>
    /// <param name="x">A value.</param>
    public double StandardScore(double x) => (x - Location) / Width;

    /// <inheritdoc/>
    public double LogDensity(double x)
    {
        if (double.IsPositiveInfinity(DegreesOfFreedom))
        {
            return Limit.LogDensity(x);
        }

        double nu = DegreesOfFreedom;
        double t = Math.Abs(StandardScore(x));
        double power = t > 1e150 ? (2 * Math.Log(t)) - Math.Log(nu) : SpecialFunctions.Log1p(t * t / nu);
        return SpecialFunctions.LogGammaHalfStep(0.5 * nu) - (0.5 * Math.Log(nu * Math.PI)) - (0.5 * (nu + 1) * power) - Math.Log(Scale);
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
    public double Quantile(double p) => Location - (Width * UpperQuantile(p));

    /// <inheritdoc/>
    public double InverseSurvivalProbability(double q) => Location + (Width * UpperQuantile(q));

    /// <summary>One draw: location + scale·N/√(χ²_ν/ν).</summary>
    /// <param name="random">The source of randomness, seeded by the caller.</param>
    public double Sample(Random random)
    {
        double z = Normal.StandardSample(random);
        double mixing = double.IsPositiveInfinity(DegreesOfFreedom) ? 1 : new ChiSquared(DegreesOfFreedom).Sample(random) / DegreesOfFreedom;
        return Location + (Scale * z / Math.Sqrt(mixing));
    }

    /// <summary>The scale where it has a meaning.</summary>
    private double Width => Scale >= 0 ? Scale : double.NaN;

    private double Tail(double t)
    {
        double nu = DegreesOfFreedom;
        return double.IsPositiveInfinity(nu) ? Normal.Tail(t)
            : !(nu > 0) || double.IsNaN(t) ? double.NaN
            : t == 0 ? 0.5
            : double.IsInfinity(t) ? (t > 0 ? 0 : 1)
            : t > 0 ? Math.Exp(SpecialFunctions.LogStudentTail(t, nu))
            : 0.5 + SpecialFunctions.StudentBody(-t, nu);
    }

    private double LogTail(double t)
    {
        double nu = DegreesOfFreedom;
        return double.IsPositiveInfinity(nu) ? Normal.LogTail(t)
            : !(nu > 0) || double.IsNaN(t) ? double.NaN
            : t == 0 ? Math.Log(0.5)
            : double.IsInfinity(t) ? (t > 0 ? double.NegativeInfinity : 0)
            : t > 0 ? SpecialFunctions.LogStudentTail(t, nu)
            : SpecialFunctions.Log1p(-Math.Exp(SpecialFunctions.LogStudentTail(-t, nu)));
    }

    private double UpperQuantile(double q)
    {
        double nu = DegreesOfFreedom;
        if (double.IsPositiveInfinity(nu))
        {
            return Normal.Standard.InverseSurvivalProbability(q);
        }

        return !(nu > 0) || !(q is >= 0 and <= 1) ? double.NaN
            : q > 0.5 ? -UpperHalfQuantile(1 - q, nu)
            : UpperHalfQuantile(q, nu);
    }

    /// <summary>Newton's method on the logarithm of the tail, or of the central half when q is near ½, as a function of ln t.</summary>
    private static double UpperHalfQuantile(double q, double nu)
    {
        if (q is 0 or 0.5)
        {
            return q == 0 ? double.PositiveInfinity : 0;
        }

        var standard = new StudentT(nu);
        bool central = q > 0.25;
        double target = Math.Log(central ? 0.5 - q : q);
        double logT = Math.Log(Start(q, nu));
        for (int i = 0; i < 60; i++)
        {
            double t = Math.Exp(logT);
            double log = central ? Math.Log(SpecialFunctions.StudentBody(t, nu)) : SpecialFunctions.LogStudentTail(t, nu);
            double slope = Math.Exp(standard.LogDensity(t) + logT - log);
            double step = Math.Clamp((central ? target - log : log - target) / slope, -2, 2);
            logT += step;
            if (Math.Abs(step) < 1e-15 * Math.Max(1, Math.Abs(logT)))
            {
                break;
            }
        }

        return Math.Exp(logT);
    }

    private static double Start(double q, double nu)
    {
        double body = Math.Max(Normal.Standard.InverseSurvivalProbability(q), 1e-300);
        if (q > 1e-3)
        {
            return body;
        }

        double logTail = SpecialFunctions.LogGammaHalfStep(0.5 * nu) - (0.5 * Math.Log(Math.PI)) + ((0.5 * nu - 1) * Math.Log(nu)) - Math.Log(q);
        return Math.Max(body, Math.Exp(Math.Min(logTail / nu, 690)));
    }
}
