using SensorPipeline.Statistics.Mixtures;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class IncompleteMixtureTests
{
    private static readonly GaussianMixture Truth = new(
        [0.6, 0.4],
        [0, 0, 0, 5, 3, -4],
        [1, 0.5, 0.2, 0.5, 1, 0.1, 0.2, 0.1, 1, 0.8, -0.3, 0, -0.3, 0.6, 0.2, 0, 0.2, 0.9]);

    [Fact]
    public void A_row_is_judged_by_the_channels_it_has()
    {
        GaussianMixture marginal = Truth.Marginal(0, 2);
        double[] shares = new double[2], expected = new double[2];
        double log = Truth.Responsibilities([1, double.NaN, -2], shares);
        Assert.Equal(marginal.Responsibilities([1, -2], expected), log, 12);
        Assert.Equal(expected, shares, (a, b) => Math.Abs(a - b) < 1e-12);
        var stepwise = new StepwiseMixture(Truth, 0);
        Assert.Equal(log, stepwise.Ask([1, double.NaN, -2]), 12);
        Assert.Equal(shares, stepwise.Responsibilities.ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void A_fit_to_rows_with_missing_channels_recovers_the_mixture()
    {
        double[] rows = Rows(6000, 1, missing: 0.25);
        GaussianMixture fit = MixtureFit.Fit(rows, 3, new MixtureFitOptions { Components = 2 }).Mixture;
        int[] match = ComponentMatching.Match(Truth, fit);
        for (int k = 0; k < 2; k++)
        {
            Assert.Equal(Truth.MixingWeights[k], fit.MixingWeights[match[k]], 0.03);
            Assert.Equal(Truth.Mean(k).ToArray(), fit.Mean(match[k]).ToArray(), (a, b) => Math.Abs(a - b) < 0.1);
            Assert.Equal(Truth.Covariance(k).ToArray(), fit.Covariance(match[k]).ToArray(), (a, b) => Math.Abs(a - b) < 0.12);
        }
    }

    [Fact]
    public void The_likelihood_of_rows_with_missing_channels_never_falls()
    {
        double[] rows = Rows(400, 2, missing: 0.4);
        GaussianMixture mixture = new([0.5, 0.5], [1, 1, 1, 2, 2, 2], [9, 0, 0, 0, 9, 0, 0, 0, 9, 9, 0, 0, 0, 9, 0, 0, 0, 9]);
        double last = double.NegativeInfinity;
        for (int pass = 0; pass < 50; pass++)
        {
            (GaussianMixture next, double log) = MixtureFit.Step(rows, mixture, CovarianceShape.Full, 0);
            Assert.True(log >= last - (1e-9 * Math.Abs(log)), $"pass {pass}: {log} after {last}");
            (mixture, last) = (next, log);
        }
    }

    [Fact]
    public void A_channel_that_has_died_keeps_what_was_known_of_it()
    {
        double[] rows = Rows(1000, 3, missing: 0);
        for (int i = 1; i < rows.Length; i += 3)
        {
            rows[i] = double.NaN;
        }

        MixtureFit fit = MixtureSearch.Fit(rows, 3, new MixtureSearchOptions(), Truth)!;
        int[] match = ComponentMatching.Match(Truth, fit.Mixture);
        Assert.Equal(2, fit.Mixture.Components);
        for (int k = 0; k < 2; k++)
        {
            Assert.Equal(Truth.Mean(k)[1], fit.Mixture.Mean(match[k])[1], 0.1);
            Assert.Equal(Truth.Covariance(k)[4], fit.Mixture.Covariance(match[k])[4], 0.1);
        }
    }

    [Fact]
    public void Stepwise_learning_from_rows_with_missing_channels_stays_near_the_truth()
    {
        var mixture = new StepwiseMixture(Truth, 1e-6) { RowsPerStep = 16 };
        double[] rows = Rows(5000, 4, missing: 0.3);
        for (int at = 0; at < rows.Length; at += 3)
        {
            mixture.Ask(rows.AsSpan(at, 3));
            mixture.Learn(rows.AsSpan(at, 3), 1.0 / 1000);
        }

        GaussianMixture learned = mixture.ToMixture();
        Assert.Equal(Truth.Means.ToArray(), learned.Means.ToArray(), (a, b) => Math.Abs(a - b) < 0.25);
        Assert.Equal(Truth.Covariances.ToArray(), learned.Covariances.ToArray(), (a, b) => Math.Abs(a - b) < 0.3);
    }

    [Fact]
    public void The_conditional_of_a_mixture_is_the_joint_over_the_marginal()
    {
        GaussianMixture conditional = Truth.Conditional([2, double.NaN, -2]);
        var channel = new ScalarMixture(conditional, 0);
        double evidence = Truth.Marginal(0, 2).LogDensity([2, -2]);
        foreach (double y in (double[])[-1, 0.5, 2, 4])
        {
            Assert.Equal(Math.Exp(Truth.LogDensity([2, y, -2]) - evidence), channel.Density(y), 12);
        }
    }

    [Fact]
    public void An_interval_between_two_regimes_holds_its_share_and_is_not_the_Gaussian_one()
    {
        var mixture = new GaussianMixture([0.7, 0.3], [0, 10], [1, 1]);
        var law = new ScalarMixture(mixture, 0);
        (double low, double high) = law.Interval(0.9);
        Assert.Equal(0.05, law.CumulativeProbability(low), 12);
        Assert.Equal(0.05, law.SurvivalProbability(high), 12);
        Assert.Equal(3, law.Mean, 12);
        Assert.Equal(22, law.Variance, 12);
        Assert.True(high > 10 && low > law.Mean - (1.645 * Math.Sqrt(law.Variance)));
    }

    private static double[] Rows(int count, int seed, double missing)
    {
        var random = new Random(seed);
        double[] rows = new double[3 * count];
        for (int i = 0; i < count; i++)
        {
            Truth.Sample(random, rows.AsSpan(3 * i, 3));
            for (int j = 0; j < 3; j++)
            {
                // One channel at least is there.
                rows[(3 * i) + j] = j != i % 3 && random.NextDouble() < missing ? double.NaN : rows[(3 * i) + j];
            }
        }

        return rows;
    }
}
