using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Tails;

/// <summary>One tail probability from several. Which is right depends on how the tests depend on each other.</summary>
public static class CombinedProbability
{
    /// <summary>Cauchy combination: T = mean cot(πp), p = atan2(1, T)/π. Right for small p under any dependence; the one to use on detectors that look at the same stream.</summary>
    /// <param name="probabilities">Probabilities in (0,1).</param>
    public static double Cauchy(ReadOnlySpan<double> probabilities)
    {
        double sum = 0;
        foreach (double p in probabilities)
        {
            sum += p < 0.5 ? 1 / Math.Tan(Math.PI * p) : Math.Tan(Math.PI * (0.5 - p));
        }

        return Math.Atan2(1, sum / probabilities.Length) / Math.PI;
    }

    /// <summary>Fisher's: −2Σ ln p is χ² with 2n degrees of freedom. For independent tests only.</summary>
    /// <param name="probabilities">Probabilities in (0,1].</param>
    public static double Fisher(ReadOnlySpan<double> probabilities)
    {
        double sum = 0;
        foreach (double p in probabilities)
        {
            sum -= 2 * Math.Log(p);
        }

        return new ChiSquared(2 * probabilities.Length).SurvivalProbability(sum);
    }

    /// <summary>Bonferroni's: n times the smallest, at most 1. Never too small, whatever the dependence.</summary>
    /// <param name="probabilities">Probabilities in [0,1].</param>
    public static double Bonferroni(ReadOnlySpan<double> probabilities) => Math.Min(1, probabilities.Length * Least(probabilities));

    /// <summary>Šidák's: 1 − (1 − smallest)ⁿ. For independent tests.</summary>
    /// <param name="probabilities">Probabilities in [0,1].</param>
    public static double Sidak(ReadOnlySpan<double> probabilities) =>
        -SpecialFunctions.Expm1(probabilities.Length * SpecialFunctions.Log1p(-Least(probabilities)));

    private static double Least(ReadOnlySpan<double> probabilities)
    {
        double least = 1;
        foreach (double p in probabilities)
        {
            least = Math.Min(least, p);
        }

        return least;
    }
}
