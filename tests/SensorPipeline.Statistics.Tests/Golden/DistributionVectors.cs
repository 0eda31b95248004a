using SensorPipeline.Statistics.Distributions;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class DistributionVectors
{
    [Fact]
    public void Normal_densities_and_tails_match() => VectorFile.Check("normal.json", "density", c => Evaluate(c, new Normal(c.Number("mu"), c.Number("sigma"))));

    [Fact]
    public void Normal_quantiles_match()
    {
        VectorFile.Check("normal.json", "ppf", c => c.Check("x", new Normal(c.Number("mu"), c.Number("sigma")).Quantile(c.Number("p"))));
        VectorFile.Check("normal.json", "isf", c => c.Check("x", new Normal(c.Number("mu"), c.Number("sigma")).InverseSurvivalProbability(c.Number("q"))));
    }

    [Fact]
    public void Normal_intervals_match() => VectorFile.Check("normal.json", "interval", c =>
        c.Check("p", new Normal(c.Number("mu"), c.Number("sigma")).IntervalProbability(c.Number("a"), c.Number("b"))));

    [Fact]
    public void The_rule_of_68_95_and_99_7_holds() => VectorFile.Check("normal.json", "coverage", c =>
    {
        c.Check("inside", Normal.CoverageWithin(c.Number("k")));
        c.Check("outside", Normal.CoverageBeyond(c.Number("k")));
    });

    [Fact]
    public void Student_densities_and_tails_match() => VectorFile.Check("student_t.json", "density", c => Evaluate(c, Student(c)));

    [Fact]
    public void Student_quantiles_match() => VectorFile.Check("student_t.json", "isf", c => c.Check("x", Student(c).InverseSurvivalProbability(c.Number("q"))));

    [Fact]
    public void Student_moments_match() => VectorFile.Check("student_t.json", "moments", c =>
    {
        StudentT t = Student(c);
        c.Check("mean", t.Mean);
        c.Check("variance", t.Variance);
        c.Check("std", t.StandardDeviation);
        c.Check("excess_kurtosis", t.ExcessKurtosis);
    });

    [Fact]
    public void Chi_squared_gates_match() => VectorFile.Check("chi2.json", "isf", c => c.Check("x", new ChiSquared(c.Number("df")).InverseSurvivalProbability(c.Number("q"))));

    [Fact]
    public void Chi_squared_densities_and_tails_match() => VectorFile.Check("chi2.json", "density", c => Evaluate(c, new ChiSquared(c.Number("df"))));

    private static StudentT Student(VectorCase c) => new(c.Number("nu"), c.Number("mu"), c.Number("scale"));

    private static void Evaluate<T>(VectorCase c, T distribution)
        where T : unmanaged, IDistribution<T>
    {
        double x = c.Number("x");
        c.Check("pdf", distribution.Density(x));
        c.Check("logpdf", distribution.LogDensity(x));
        c.Check("cdf", distribution.CumulativeProbability(x));
        c.Check("sf", distribution.SurvivalProbability(x));
        c.Check("logcdf", distribution.LogCumulativeProbability(x));
        c.Check("logsf", distribution.LogSurvivalProbability(x));
    }
}
