using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Tails;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class TailVectors
{
    [Fact]
    public void Generalised_Pareto_fits_match() => VectorFile.Check("gpd.json", "gpd_fit", c =>
    {
        double[] excess = c.Numbers("excess");
        Compare(c, "mom", GeneralizedParetoFit.ByMoments(excess));
        Compare(c, "pwm", GeneralizedParetoFit.ByProbabilityWeightedMoments(excess));
        Compare(c, "lmom", GeneralizedParetoFit.ByLMoments(excess));
        var best = GeneralizedParetoFit.ByMaximumLikelihood(excess);
        c.CheckAgainst("mle", c.Expected("mle"), best.Distribution.Shape, best.Distribution.Scale, best.LogLikelihood);
        var exponential = GeneralizedParetoFit.Exponential(excess);
        c.CheckAgainst("exponential", c.Expected("exponential"), exponential.Distribution.Scale, exponential.LogLikelihood);
        c.Check("se_gamma_mle", GeneralizedParetoFit.ShapeStandardError(best.Distribution.Shape, excess.Length));
    });

    [Fact]
    public void Generalised_Pareto_tails_match() => VectorFile.Check("gpd.json", "gpd_tail", c =>
    {
        var tail = new GeneralizedPareto(c.Number("gamma"), c.Number("sigma"));
        c.Check("quantile_excess", tail.InverseSurvivalProbability(c.Number("tail_ratio")));
        c.Check("sf", tail.SurvivalProbability(c.Number("excess")));
        c.Check("logpdf", tail.LogDensity(c.Number("excess")));
    });

    private static void Compare(VectorCase c, string field, GeneralizedPareto fit) => c.CheckAgainst(field, c.Expected(field), fit.Shape, fit.Scale);
}
