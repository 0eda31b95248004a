using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class MixtureTests
{
    private static readonly GaussianMixture Truth = new(
        [0.5, 0.3, 0.2], [0, 0, 6, 2, -4, 5], [1, 0.3, 0.3, 0.5, 0.7, -0.2, -0.2, 1, 0.4, 0, 0, 0.4]);

    [Fact]
    public void A_fit_recovers_the_mixture_its_rows_came_from()
    {
        MixtureFit fit = MixtureFit.Fit(Rows(4000, 1), 2, new MixtureFitOptions { Components = 3 });
        Assert.True(fit.Converged);
        int[] match = ComponentMatching.Match(Truth, fit.Mixture);
        for (int k = 0; k < 3; k++)
        {
            Assert.InRange(match[k], 0, 2);
            Assert.Equal(Truth.MixingWeights[k], fit.Mixture.MixingWeights[match[k]], 0.03);
            Assert.Equal(Truth.Mean(k)[0], fit.Mixture.Mean(match[k])[0], 0.1);
            Assert.Equal(Truth.Covariance(k)[0], fit.Mixture.Covariance(match[k])[0], 0.1);
        }
    }

    [Fact]
    public void The_same_rows_and_seed_give_the_same_fit_to_the_bit()
    {
        double[] rows = Rows(600, 2);
        GaussianMixture a = MixtureFit.Fit(rows, 2, new MixtureFitOptions { Components = 4 }).Mixture;
        GaussianMixture b = MixtureFit.Fit(rows, 2, new MixtureFitOptions { Components = 4 }).Mixture;
        Assert.Equal(a.Means.ToArray(), b.Means.ToArray());
        Assert.Equal(a.Covariances.ToArray(), b.Covariances.ToArray());
    }

    [Theory]
    [InlineData(CovarianceShape.Full)]
    [InlineData(CovarianceShape.Tied)]
    [InlineData(CovarianceShape.Diagonal)]
    [InlineData(CovarianceShape.Spherical)]
    public void The_likelihood_never_falls(CovarianceShape shape)
    {
        double[] rows = Rows(500, 3);
        var mixture = new GaussianMixture([0.3, 0.3, 0.4], [1, 1, 2, 2, -1, 0], [9, 0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 9]);
        double last = double.NegativeInfinity;
        for (int pass = 0; pass < 60; pass++)
        {
            (GaussianMixture next, double log) = MixtureFit.Step(rows, mixture, shape, 0);
            Assert.True(log >= last - (1e-9 * Math.Abs(log)), $"pass {pass}: {log} after {last}");
            (mixture, last) = (next, log);
        }
    }

    [Fact]
    public void An_offset_does_not_change_the_fit()
    {
        double[] rows = Rows(1000, 4), far = [.. rows.Select(x => x + 1e8)];
        GaussianMixture near = MixtureFit.Fit(rows, 2, new MixtureFitOptions { Components = 3 }).Mixture;
        GaussianMixture shifted = MixtureFit.Fit(far, 2, new MixtureFitOptions { Components = 3 }).Mixture;
        for (int i = 0; i < near.Covariances.Length; i++)
        {
            Assert.Equal(near.Covariances[i], shifted.Covariances[i], 1e-5);
        }
    }

    [Fact]
    public void Equal_rows_and_starved_components_do_not_break_a_fit()
    {
        double[] equal = [.. Enumerable.Repeat(new double[] { 3, 4 }, 100).SelectMany(x => x)];
        MixtureFit fit = MixtureFit.Fit(equal, 2, new MixtureFitOptions { Components = 3 });
        Assert.InRange(fit.Mixture.Components, 1, 3);
        Assert.True(double.IsFinite(fit.LogLikelihood));
        Assert.Equal(3, fit.Mixture.Mean(0)[0], 9);
    }

    [Fact]
    public void The_criterion_prefers_the_number_of_components_the_rows_came_from()
    {
        double[] rows = Rows(3000, 5);
        double[] criteria = [.. Enumerable.Range(1, 5).Select(k => MixtureFit.Fit(rows, 2, new MixtureFitOptions { Components = k }).Bayesian)];
        Assert.Equal(2, Array.IndexOf(criteria, criteria.Min()));
    }

    [Fact]
    public void Stepwise_learning_at_a_large_offset_keeps_positive_variances()
    {
        var random = new Random(6);
        double[] far = [.. Truth.Means.ToArray().Select(x => x + 1e8)];
        var mixture = new StepwiseMixture(new([0.34, 0.33, 0.33], far, Truth.Covariances), 1e-6);
        double[] x = new double[2];
        for (int t = 0; t < 5000; t++)
        {
            Truth.Sample(random, x);
            mixture.Observe([x[0] + 1e8, x[1] + 1e8], Math.Max(StepwiseMixture.Gain(t, 20, 0.6), 0.002));
        }

        GaussianMixture learned = mixture.ToMixture();
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal(Truth.Covariance(k)[0], learned.Covariance(k)[0], 0.4);
            Assert.Equal(Truth.MixingWeights[k], learned.MixingWeights[k], 0.12);
        }
    }

    [Fact]
    public void Splitting_and_combining_again_gives_the_mixture_back()
    {
        GaussianMixture split = MixtureMoves.Split(Truth, 1);
        Assert.Equal(4, split.Components);
        GaussianMixture back = MixtureMoves.Combined(split, 2, 3);
        int[] match = ComponentMatching.Match(Truth, back);
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal(Truth.MixingWeights[k], back.MixingWeights[match[k]], 12);
            Assert.Equal(Truth.Mean(k).ToArray(), back.Mean(match[k]).ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
            Assert.Equal(Truth.Covariance(k).ToArray(), back.Covariance(match[k]).ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        }
    }

    [Fact]
    public void A_vanished_component_has_no_match()
    {
        var fewer = new GaussianMixture([0.6, 0.4], [0, 0, 6, 2], [1, 0.3, 0.3, 0.5, 0.7, -0.2, -0.2, 1]);
        Assert.Equal([0, 1, -1], ComponentMatching.Match(Truth, fewer));
        var moved = new GaussianMixture([0.5, 0.3, 0.2], [0, 0, 6, 2, 40, 50], Truth.Covariances);
        Assert.Equal([0, 1, -1], ComponentMatching.Match(Truth, moved));
    }

    [Fact]
    public void Asking_about_a_point_and_learning_a_row_allocate_nothing()
    {
        double[] x = [1, 2], shares = new double[3];
        var stepwise = new StepwiseMixture(Truth, 1e-6);
        Assert.Equal(0, Allocation.OfEveryRun(() =>
        {
            Truth.Responsibilities(x, shares);
            Truth.LogDensity(x);
            stepwise.Observe(x, 0.1);
        }));
    }

    private static double[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        double[] rows = new double[2 * count];
        for (int i = 0; i < count; i++)
        {
            Truth.Sample(random, rows.AsSpan(2 * i, 2));
        }

        return rows;
    }
}
