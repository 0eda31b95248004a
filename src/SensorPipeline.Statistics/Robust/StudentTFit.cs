using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Robust;

/// <summary>
/// Maximum likelihood of Student's t over a sample, by parameter-expanded expectation maximisation from the median and the MAD:
/// w = (ν+1)/(ν+r²), μ = Σwx/Σw, s² = Σw(x−μ)²/Σw, to a relative change of 10⁻¹⁴. The likelihood may have several maxima; the start decides.
/// </summary>
/// <param name="Distribution">The fit; NaN for fewer than two data or equal ones.</param>
/// <param name="LogLikelihood">Its log likelihood.</param>
public readonly record struct StudentTFit(StudentT Distribution, double LogLikelihood)
{
    private const double LeastDegrees = 0.2;
    private const double MostDegrees = 1000;

    /// <summary>Location and scale for given degrees of freedom.</summary>
    /// <param name="sample">Finite data.</param>
    /// <param name="degreesOfFreedom">ν &gt; 0.</param>
    public static StudentTFit Fit(ReadOnlySpan<double> sample, double degreesOfFreedom)
    {
        (double median, double deviation) = SampleQuantiles.MedianAndDeviation(sample);
        double scale = deviation > 0 ? deviation * SampleQuantiles.DeviationToStandardDeviation : Normal.Fit(sample).StandardDeviation;
        return Maximize(sample, new StudentT(degreesOfFreedom, median, scale));
    }

    /// <summary>Location, scale and degrees of freedom together; ν by golden section over the profile likelihood in ln ν, within [0.2, 1000].</summary>
    /// <param name="sample">Finite data.</param>
    public static StudentTFit Fit(ReadOnlySpan<double> sample)
    {
        double golden = 0.5 * (Math.Sqrt(5) - 1);
        double low = Math.Log(LeastDegrees), high = Math.Log(MostDegrees);
        double a = high - (golden * (high - low)), b = low + (golden * (high - low));
        StudentTFit atA = Fit(sample, Math.Exp(a)), atB = Fit(sample, Math.Exp(b));
        while (high - low > 1e-8)
        {
            if (atA.LogLikelihood >= atB.LogLikelihood)
            {
                (high, b, atB) = (b, a, atA);
                a = high - (golden * (high - low));
                atA = Fit(sample, Math.Exp(a));
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                b = low + (golden * (high - low));
                atB = Fit(sample, Math.Exp(b));
            }
        }

        return Polish(sample, atA.LogLikelihood >= atB.LogLikelihood ? atA : atB);
    }

    /// <summary>The profile is flat to rounding near its top; its derivative in ν is not.</summary>
    private static StudentTFit Polish(ReadOnlySpan<double> sample, StudentTFit fit)
    {
        double low = fit.Distribution.DegreesOfFreedom * 0.999, high = fit.Distribution.DegreesOfFreedom * 1.001;
        for (int i = 0; i < 50 && high - low > 1e-12 * high; i++)
        {
            double middle = 0.5 * (low + high);
            fit = Fit(sample, middle);
            if (Slope(sample, fit.Distribution) > 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return fit;
    }

    private static double Slope(ReadOnlySpan<double> sample, StudentT t)
    {
        double nu = t.DegreesOfFreedom, sum = 0;
        foreach (double x in sample)
        {
            double z = t.StandardScore(x);
            sum += (z * z * (nu + 1) / (nu + (z * z)) / nu) - SpecialFunctions.Log1p(z * z / nu);
        }

        double constant = SpecialFunctions.Digamma(0.5 * (nu + 1)) - SpecialFunctions.Digamma(0.5 * nu) - (1 / nu);
        return sum + (sample.Length * constant);
    }

    private static StudentTFit Maximize(ReadOnlySpan<double> sample, StudentT t)
    {
        if (sample.Length < 2 || !(t.Scale > 0))
        {
            return new(new StudentT(t.DegreesOfFreedom, double.NaN, double.NaN), double.NaN);
        }

        for (int i = 0; i < 2000; i++)
        {
            StudentT next = Step(sample, t);
            bool still = Math.Abs(next.Location - t.Location) <= 1e-14 * next.Scale && Math.Abs(next.Scale - t.Scale) <= 1e-14 * next.Scale;
            t = next;
            if (still)
            {
                break;
            }
        }

        double log = 0;
        foreach (double x in sample)
        {
            log += t.LogDensity(x);
        }

        return new(t, log);
    }

    private static StudentT Step(ReadOnlySpan<double> sample, StudentT t)
    {
        double nu = t.DegreesOfFreedom, weight = 0, shift = 0, square = 0;
        foreach (double x in sample)
        {
            double d = x - t.Location;
            double r = d / t.Scale;
            double w = (nu + 1) / (nu + (r * r));
            weight += w;
            shift += w * d;
            square += w * d * d;
        }

        shift /= weight;
        return t with { Location = t.Location + shift, Scale = Math.Sqrt(Math.Max((square / weight) - (shift * shift), 0)) };
    }
}
