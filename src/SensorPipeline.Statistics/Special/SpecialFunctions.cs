using System.Runtime.CompilerServices;
using Library = MathNet.Numerics.SpecialFunctions;

namespace SensorPipeline.Statistics.Special;

/// <summary>
/// Functions the distributions rest on. MathNet's erf, log-gamma, digamma and incomplete gamma are right to the last digits and used as they are; here stands what it
/// lacks or what cancels: log(1+x) and exp(x)−1 near zero, a scaled erfc, differences of log-gammas, the tail of the incomplete beta.
/// </summary>
public static class SpecialFunctions
{
    /// <summary>ln √(2π).</summary>
    internal const double LogRootTwoPi = 0.91893853320467274178;

    private const double HalfLogPi = 0.57236494292470008707;

    /// <summary>ln(1+x), accurate for small x (Kahan).</summary>
    /// <param name="x">Above −1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>exp(x) − 1, accurate for small x (Kahan).</summary>
    /// <param name="x">Any number.</param>
    public static double Expm1(double x)
    {
        if (Math.Abs(x) > 1)
        {
            return Math.Exp(x) - 1;
        }

        double u = Math.Exp(x);
        return u == 1 ? x : (u - 1) * (x / Math.Log(u));
    }

    /// <summary>
    /// exp(−x) of the age of a datum in time constants, 1 for one that is not positive. Right to the last bit but one; steps short beside the memory, which are nearly all, take the series in line,
    /// because a call costs the loop around it its registers.
    /// </summary>
    /// <param name="x">Age over time constant; NaN counts as none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Decay(double x) => x is > 0 and < 0.125 ? ExpSeries(-x) : ExpOfAge(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double ExpOfAge(double x) => x > 0 ? Math.Exp(-x) : 1;

    /// <summary>Σxᵏ/k! to the tenth power, the rest being below 3·10⁻¹⁸ for |x| &lt; 1/8; in halves, so that the products need not wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ExpSeries(double x)
    {
        double square = x * x, fourth = square * square;
        double two = Math.FusedMultiplyAdd(x, 1.0 / 6, 0.5), four = Math.FusedMultiplyAdd(x, 1.0 / 120, 1.0 / 24);
        double six = Math.FusedMultiplyAdd(x, 1.0 / 5040, 1.0 / 720), eight = Math.FusedMultiplyAdd(x, 1.0 / 362_880, 1.0 / 40_320);
        double upper = Math.FusedMultiplyAdd(square, Math.FusedMultiplyAdd(square, 1.0 / 3_628_800, eight), six);
        double lower = Math.FusedMultiplyAdd(square, four, two);
        return 1 + Math.FusedMultiplyAdd(square, Math.FusedMultiplyAdd(fourth, upper, lower), x);
    }

    /// <summary>Error function.</summary>
    /// <param name="x">Any number.</param>
    public static double Erf(double x) => Library.Erf(x);

    /// <summary>Complementary error function, 1 − erf(x) without cancellation.</summary>
    /// <param name="x">Any number.</param>
    public static double Erfc(double x) => Library.Erfc(x);

    /// <summary>exp(x²)·erfc(x): finite where erfc underflows. From x = 5 on by its continued fraction.</summary>
    /// <param name="x">Any number; below −26 it overflows to infinity.</param>
    public static double ScaledErfc(double x)
    {
        if (x < 5)
        {
            // exp(x²) with the rounding error of the square put back, since it is multiplied by x².
            double square = x * x;
            double error = Math.FusedMultiplyAdd(x, x, -square);
            return Math.Exp(square) * (1 + error) * Erfc(x);
        }

        return MillsRatio(x * Math.Sqrt(2)) * Math.Sqrt(2 / Math.PI);
    }

    /// <summary>Mills ratio (1−Φ(z))/φ(z) of the standard normal for z ≥ 5, by the backward continued fraction 1/(z+1/(z+2/(z+3/(…)))).</summary>
    internal static double MillsRatio(double z)
    {
        int terms = 8 + (int)(600 / (z * z));
        double fraction = z;
        for (int k = terms; k > 0; k--)
        {
            fraction = z + (k / fraction);
        }

        return 1 / fraction;
    }

    /// <summary>ln Γ(x).</summary>
    /// <param name="x">Positive.</param>
    public static double LogGamma(double x) => Library.GammaLn(x);

    /// <summary>ψ(x), the derivative of ln Γ.</summary>
    /// <param name="x">Positive.</param>
    public static double Digamma(double x) => Library.DiGamma(x);

    /// <summary>ψ′(x): the recurrence ψ′(x) = ψ′(x+1) + 1/x² up to 12, then the asymptotic series.</summary>
    /// <param name="x">Positive.</param>
    public static double Trigamma(double x)
    {
        double sum = 0;
        for (; x < 12; x++)
        {
            sum += 1 / (x * x);
        }

        double inverse = 1 / x;
        double q = inverse * inverse;
        double series = (1.0 / 6) + (q * ((-1.0 / 30) + (q * ((1.0 / 42) + (q * ((-1.0 / 30) + (q * ((5.0 / 66) + (q * (-691.0 / 2730))))))))));
        return sum + inverse + (0.5 * q) + (q * inverse * series);
    }

    /// <summary>ln Γ(x+½) − ln Γ(x), where the difference of two log-gammas would cancel.</summary>
    /// <param name="x">Positive.</param>
    public static double LogGammaHalfStep(double x)
    {
        // The step of one is exact, Γ(x+½)/Γ(x) = Γ(x+3/2)/Γ(x+1) · x/(x+½), and the series is good from 25 on.
        double product = 1;
        for (; x < 25; x++)
        {
            product *= x / (x + 0.5);
        }

        double r = 1 / x;
        double q = r * r;
        double series = r * (-0.125 + (q * ((1.0 / 192) + (q * ((-1.0 / 640) + (q * ((17.0 / 14336) + (q * (-31.0 / 18432)))))))));
        return (0.5 * Math.Log(x)) + Math.Log(product) + series;
    }

    /// <summary>ln Σ exp(vᵢ), shifted by the maximum; −∞ of nothing.</summary>
    /// <param name="values">Logarithms, of which any may be −∞.</param>
    public static double LogSumExp(ReadOnlySpan<double> values)
    {
        double top = double.NegativeInfinity;
        foreach (double v in values)
        {
            top = Math.Max(top, v);
        }

        if (!double.IsFinite(top))
        {
            return top;
        }

        double sum = 0;
        foreach (double v in values)
        {
            sum += Math.Exp(v - top);
        }

        return top + Math.Log(sum);
    }

    /// <summary>ln of half the incomplete beta I_x(ν/2, ½) at x = ν/(ν+t²): the log upper tail of Student's t at t &gt; 0. Finite where the tail underflows.</summary>
    internal static double LogStudentTail(double t, double nu) => LogStudentTail(t, nu, LogStudentConstant(nu));

    /// <summary>ln Γ((ν+1)/2) − ln Γ(ν/2) − ½ ln π, all that the tail owes to ν alone.</summary>
    internal static double LogStudentConstant(double nu) => LogGammaHalfStep(0.5 * nu) - HalfLogPi;

    /// <summary>The same with the constant of ν at hand.</summary>
    internal static double LogStudentTail(double t, double nu, double constant)
    {
        double square = t * t;
        double x = 1 / (1 + (square / nu));
        double y = square >= nu ? 1 / (1 + (nu / square)) : square / nu * x;
        double logPower = square > 1e300 ? nu * (Math.Log(t) - (0.5 * Math.Log(nu))) : 0.5 * nu * Log1p(square / nu);
        double logPrefix = (0.5 * Math.Log(y)) - logPower + constant;
        double a = 0.5 * nu;
        if (x < (a + 1) / (a + 2.5))
        {
            return logPrefix + Math.Log(0.5 / BetaFraction(a, 0.5, x, y));
        }

        double body = Math.Exp(logPrefix) * 0.5 / BetaFraction(0.5, a, y, x);
        return Math.Log(0.5) + Log1p(-2 * body);
    }

    /// <summary>Central half of Student's t: P(0 &lt; T &lt; t) for t &gt; 0, without the cancellation of ½ − tail.</summary>
    internal static double StudentBody(double t, double nu)
    {
        double square = t * t;
        double x = 1 / (1 + (square / nu));
        double a = 0.5 * nu;
        if (x < (a + 1) / (a + 2.5))
        {
            return 0.5 - Math.Exp(LogStudentTail(t, nu));
        }

        double y = square / nu * x;
        double logPrefix = (0.5 * Math.Log(y)) - (0.5 * nu * Log1p(square / nu)) + LogGammaHalfStep(a) - HalfLogPi;
        return Math.Exp(logPrefix) * 0.5 / BetaFraction(0.5, a, y, x);
    }

    /// <summary>
    /// Continued fraction of the incomplete beta in its even part, by the modified Lentz method: I_x(a,b) is x^a·y^b/(B(a,b)·fraction), y = 1 − x. It takes y beside x, because
    /// for many degrees of freedom x is close to 1 and 1 − x would have few digits left.
    /// </summary>
    private static double BetaFraction(double a, double b, double x, double y)
    {
        double f = Away(a * ((a * y) - (b * x) + 1) / (a + 1));
        double c = f;
        double d = 0;
        for (int m = 1; m <= 10_000; m++)
        {
            double odd = a + (2 * m) - 1;
            double numerator = (a + m - 1) / odd * ((a + b + m - 1) / odd) * (m * (b - m)) * x * x;
            double term = m + (m * (b - m) * x / odd) + ((a + m) * ((a * y) - (b * x) + 1 + (m * (1 + y))) / (odd + 2));
            d = 1 / Away(term + (numerator * d));
            c = Away(term + (numerator / c));
            double change = c * d;
            f *= change;
            if (Math.Abs(change - 1) < 1e-16)
            {
                break;
            }
        }

        return f;
    }

    private static double Away(double x) => Math.Abs(x) < 1e-300 ? 1e-300 : x;
}
