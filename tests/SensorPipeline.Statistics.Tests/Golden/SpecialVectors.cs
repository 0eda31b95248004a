using SensorPipeline.Statistics.Special;
using SensorPipeline.Statistics.Tails;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class SpecialVectors
{
    [Fact]
    public void The_gamma_family_matches() => VectorFile.Check("special.json", "gamma_family", c =>
    {
        double x = c.Number("x");
        c.Check("lgamma", SpecialFunctions.LogGamma(x));
        c.Check("digamma", SpecialFunctions.Digamma(x));
        c.Check("trigamma", SpecialFunctions.Trigamma(x));
        c.Check("lgamma_half_step", SpecialFunctions.LogGammaHalfStep(x));
    });

    [Fact]
    public void The_error_functions_match() => VectorFile.Check("special.json", "erf_family", c =>
    {
        double x = c.Number("x");
        c.Check("erf", SpecialFunctions.Erf(x));
        c.Check("erfc", SpecialFunctions.Erfc(x));
        c.Check("erfcx", SpecialFunctions.ScaledErfc(x));
    });

    [Fact]
    public void The_log_of_a_sum_of_exponentials_matches() =>
        VectorFile.Check("special.json", "logsumexp", c => c.Check("logsumexp", SpecialFunctions.LogSumExp(c.Numbers("v"))));

    [Fact]
    public void Combined_probabilities_match() => VectorFile.Check("special.json", "p_combine", c =>
    {
        double[] p = c.Numbers("p");
        c.Check("fisher", CombinedProbability.Fisher(p));
        c.Check("cauchy", CombinedProbability.Cauchy(p));
        c.Check("bonferroni", CombinedProbability.Bonferroni(p));
        c.Check("sidak", CombinedProbability.Sidak(p));
    });
}
