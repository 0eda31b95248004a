using SensorPipeline.Statistics.Distributions;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

/// <summary>What has no answer is NaN: not 0, not 1, not an exception.</summary>
public class UndefinedTests
{
    private static readonly double[] Values = [double.NegativeInfinity, -1e300, -1, 0, 1e-300, 0.5, 1, 1e300, double.PositiveInfinity];

    [Fact]
    public void Normals_without_a_meaning_answer_NaN() => NoAnswer([new Normal(0, -1), new Normal(double.NaN, 1), new Normal(0, double.NaN)]);

    [Fact]
    public void Students_without_a_meaning_answer_NaN() => NoAnswer([new StudentT(-1), new StudentT(0), new StudentT(double.NaN), new StudentT(3, 0, -1), new StudentT(3, double.NaN)]);

    [Fact]
    public void Chi_squares_without_a_meaning_answer_NaN() => NoAnswer([new ChiSquared(-1), new ChiSquared(0), new ChiSquared(double.NaN)]);

    [Fact]
    public void Paretos_without_a_meaning_answer_NaN() => NoAnswer([new GeneralizedPareto(0.1, -1), new GeneralizedPareto(double.NaN, 1), new GeneralizedPareto(0.1, double.NaN)]);

    [Fact]
    public void A_question_without_a_meaning_is_answered_by_NaN()
    {
        NoQuestion(new Normal(1, 2));
        NoQuestion(new StudentT(3, 1, 2));
        NoQuestion(new StudentT(double.PositiveInfinity, 1, 2));
        NoQuestion(new ChiSquared(3));
        NoQuestion(new GeneralizedPareto(0.2, 1));
        NoQuestion(new GeneralizedPareto(-0.2, 1));
    }

    private static void NoQuestion<T>(T distribution)
        where T : unmanaged, IDistribution<T>
    {
        Assert.All(Functions(distribution), f => Assert.Equal(double.NaN, f(double.NaN)));
        Assert.Equal(double.NaN, distribution.IntervalProbability(double.NaN, 1));
        Assert.Equal(double.NaN, distribution.IntervalProbability(1, double.NaN));
        foreach (double p in new[] { -0.1, 1.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Assert.Equal(double.NaN, distribution.Quantile(p));
            Assert.Equal(double.NaN, distribution.InverseSurvivalProbability(p));
        }

        Assert.All(Values, x => Assert.InRange(distribution.CumulativeProbability(x), 0, 1));
        Assert.All(Values, x => Assert.InRange(distribution.SurvivalProbability(x), 0, 1));
        Assert.All(Values, x => Assert.InRange(distribution.LogSurvivalProbability(x), double.NegativeInfinity, 0));
        Assert.All(Values, x => Assert.InRange(distribution.LogCumulativeProbability(x), double.NegativeInfinity, 0));
        Assert.All(Values, x => Assert.False(double.IsNaN(distribution.LogDensity(x)), $"density of {distribution} at {x}"));
    }

    private static void NoAnswer<T>(T[] distributions)
        where T : unmanaged, IDistribution<T>
    {
        foreach (T distribution in distributions)
        {
            Assert.All(Values, x => Assert.All(Functions(distribution), f => Assert.True(double.IsNaN(f(x)), $"{distribution} at {x}: {string.Join(' ', Functions(distribution).Select(g => g(x)))}")));
            Assert.All(new[] { 0, 1e-9, 0.5, 0.9, 1 }, p => Assert.Equal(double.NaN, distribution.Quantile(p)));
            Assert.All(new[] { 0, 1e-9, 0.5, 0.9, 1 }, q => Assert.Equal(double.NaN, distribution.InverseSurvivalProbability(q)));
        }
    }

    private static Func<double, double>[] Functions<T>(T distribution)
        where T : unmanaged, IDistribution<T> =>
        [distribution.LogDensity, distribution.CumulativeProbability, distribution.LogCumulativeProbability, distribution.SurvivalProbability, distribution.LogSurvivalProbability];
}
