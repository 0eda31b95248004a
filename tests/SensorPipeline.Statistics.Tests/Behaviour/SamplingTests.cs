using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Gaussians;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class SamplingTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Draws_follow_their_own_distribution()
    {
        Follows(new Normal(1013.25, 0.02));
        Follows(new StudentT(3, 20, 0.5));
        Follows(new StudentT(double.PositiveInfinity, 20, 0.5));
        Follows(new ChiSquared(1));
        Follows(new ChiSquared(7));
        Follows(new GeneralizedPareto(0.3, 2, 1));
        Follows(new GeneralizedPareto(-0.3, 2));
        Follows(new GeneralizedPareto(0, 2));
    }

    [Fact]
    public void Fits_find_what_was_drawn()
    {
        double[] x = new double[Draws];
        new Normal(20, 0.5).Sample(new Random(3), x);
        Assert.Equal(0.5, Normal.Fit(x).StandardDeviation, 0.01);
        new StudentT(4, 20, 0.5).Sample(new Random(3), x);
        StudentT t = StudentT.Fit(x.AsSpan(0, 4000));
        Assert.Equal(4, t.DegreesOfFreedom, 0.5);
        Assert.Equal(0.5, t.Scale, 0.03);
        new GeneralizedPareto(0.2, 2).Sample(new Random(3), x);
        GeneralizedPareto tail = GeneralizedPareto.Fit(x);
        Assert.Equal(0.2, tail.Shape, 0.03);
        Assert.Equal(2, tail.Scale, 0.06);
        new ChiSquared(6).Sample(new Random(3), x);
        Assert.Equal(6, ChiSquared.Fit(x).DegreesOfFreedom, 0.1);
    }

    [Fact]
    public void Quantiles_undo_probabilities_in_both_tails()
    {
        Undo(new Normal(-3, 2));
        Undo(new StudentT(2.5, 100, 3));
        Undo(new ChiSquared(0.7));
        Undo(new ChiSquared(40));
        Undo(new GeneralizedPareto(0.4, 3));
        Undo(new GeneralizedPareto(-0.2, 3));
    }

    [Fact]
    public void Parameters_without_a_meaning_answer_NaN()
    {
        Assert.Equal(double.NaN, new StudentT(-1).SurvivalProbability(1));
        Assert.Equal(double.NaN, new StudentT(3).Quantile(1.5));
        Assert.Equal(double.NaN, new Normal(0, 1).Quantile(-0.1));
        Assert.Equal(double.NaN, new ChiSquared(-2).Quantile(0.5));
        Assert.Equal(double.NaN, new ChiSquared(2).Quantile(double.NaN));
        Assert.Equal(double.NaN, new GeneralizedPareto(0.1, 1).Quantile(2));
    }

    [Fact]
    public void An_ellipse_holds_its_share_of_the_draws()
    {
        var gaussian = new MultivariateGaussian([1, -2], [4, 1.5, 1.5, 1]);
        var ellipse = ConfidenceEllipse.Of(gaussian, 0.9);
        var random = new Random(11);
        Span<double> x = stackalloc double[2];
        int inside = 0;
        for (int i = 0; i < Draws; i++)
        {
            gaussian.Sample(random, x);
            (double sin, double cos) = Math.SinCos(ellipse.Angle);
            double u = (((x[0] - ellipse.CenterX) * cos) + ((x[1] - ellipse.CenterY) * sin)) / ellipse.Major;
            double v = (((x[1] - ellipse.CenterY) * cos) - ((x[0] - ellipse.CenterX) * sin)) / ellipse.Minor;
            inside += (u * u) + (v * v) <= 1 ? 1 : 0;
        }

        Assert.Equal(0.9, inside / (double)Draws, 0.01);
        (double px, double py) = ellipse.At(0.13);
        Assert.Equal(new ChiSquared(2).Quantile(0.9), gaussian.SquaredMahalanobisDistance([px, py]), 9);
    }

    /// <summary>Kolmogorov's distance at a level of about one in a million.</summary>
    private static void Follows<T>(T distribution)
        where T : unmanaged, IDistribution<T>
    {
        double[] x = new double[Draws];
        distribution.Sample(new Random(42), x);
        Array.Sort(x);
        double distance = 0;
        for (int i = 0; i < Draws; i++)
        {
            double p = distribution.CumulativeProbability(x[i]);
            distance = Math.Max(distance, Math.Max(Math.Abs(p - (i / (double)Draws)), Math.Abs(p - ((i + 1) / (double)Draws))));
        }

        Assert.True(distance < 2.7 / Math.Sqrt(Draws), $"{distribution}: distance {distance}");
    }

    private static void Undo<T>(T distribution)
        where T : unmanaged, IDistribution<T>
    {
        foreach (double p in new[] { 1e-12, 1e-5, 0.02, 0.3, 0.5, 0.6, 0.97 })
        {
            double lower = distribution.CumulativeProbability(distribution.Quantile(p)) / p;
            double upper = distribution.SurvivalProbability(distribution.InverseSurvivalProbability(p)) / p;
            Assert.True(Math.Abs(lower - 1) < 1e-9 && Math.Abs(upper - 1) < 1e-9, $"{distribution} at {p}: {lower}, {upper}");
        }
    }
}
