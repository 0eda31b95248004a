using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Mixtures;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class StudentComponentTests
{
    private const double Nu = 4;

    private static readonly GaussianMixture Two = new([0.6, 0.4], [0, 0, 9, 4], [1, 0.5, 0.5, 1, 0.6, -0.2, -0.2, 0.8]);

    [Fact]
    public void A_row_is_judged_by_the_Student_densities_of_the_channels_it_has()
    {
        var learner = new StepwiseMixture(Two, [0, 0], Nu);
        double Density(double weight, int k, int[] channels, double[] x) =>
            weight * Math.Exp(Two.Component(k).Marginal(channels).LogStudentDensity(x, Nu));
        Assert.Equal(Math.Log(Density(0.6, 0, [0, 1], [2, 3]) + Density(0.4, 1, [0, 1], [2, 3])), learner.Ask([2, 3]), 12);
        Assert.Equal(Math.Log(Density(0.6, 0, [1], [3]) + Density(0.4, 1, [1], [3])), learner.Ask([double.NaN, 3]), 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_tail_probability_is_the_integral_of_the_density_beyond(int d)
    {
        double[] covariance = new double[d * d], x = new double[d];
        for (int i = 0; i < d; i++)
        {
            covariance[i * (d + 1)] = 1;
        }

        var learner = new StepwiseMixture(new GaussianMixture([1], new double[d], covariance), new double[d], 5);
        foreach (double distance in (double[])[0.5, 2, 8])
        {
            x[0] = distance;
            learner.Ask(x);
            Assert.Equal(Beyond(distance * distance, d, 5), learner.TailProbability, 1e-7);
        }
    }

    [Fact]
    public void A_stepwise_mixture_of_Student_components_stays_with_the_law_it_learns_from()
    {
        var learner = new StepwiseMixture(Two, [1e-6, 1e-6], Nu) { RowsPerStep = 16 };
        double[] rows = Rows(20_000, 1);
        for (int at = 0; at < rows.Length; at += 2)
        {
            learner.Observe(rows.AsSpan(at, 2), 1.0 / 2000);
        }

        GaussianMixture learned = learner.ToMixture();
        Assert.Equal(Two.Means.ToArray(), learned.Means.ToArray(), (a, b) => Math.Abs(a - b) < 0.15);
        Assert.Equal(Two.Covariances.ToArray(), learned.Covariances.ToArray(), (a, b) => Math.Abs(a - b) < 0.15);
    }

    [Fact]
    public void Two_regimes_with_fat_tails_are_two_Student_components_and_not_many_Gaussian_ones()
    {
        MixtureFit fit = MixtureSearch.Fit(Rows(2000, 2), 2, new MixtureSearchOptions())!;
        Assert.Equal(2, fit.Mixture.Components);
        Assert.InRange(fit.DegreesOfFreedom, 3, 5.5);
        int[] match = ComponentMatching.Match(Two, fit.Mixture);
        Assert.Equal(Two.Covariance(0)[0], fit.Mixture.Covariance(match[0])[0], 0.15);
    }

    [Fact]
    public void Regimes_without_fat_tails_stay_Gaussian()
    {
        var random = new Random(3);
        double[] rows = new double[4000];
        for (int at = 0; at < rows.Length; at += 2)
        {
            Two.Sample(random, rows.AsSpan(at, 2));
        }

        MixtureFit fit = MixtureSearch.Fit(rows, 2, new MixtureSearchOptions())!;
        Assert.Equal(2, fit.Mixture.Components);
        Assert.True(double.IsPositiveInfinity(fit.DegreesOfFreedom));
    }

    [Fact]
    public void Fat_tails_are_seen_where_channels_are_missing()
    {
        double[] rows = Rows(2000, 4);
        for (int i = 0; i < rows.Length; i += 7)
        {
            rows[i] = double.NaN;
        }

        MixtureFit fit = MixtureSearch.Fit(rows, 2, new MixtureSearchOptions())!;
        Assert.Equal(2, fit.Mixture.Components);
        Assert.InRange(fit.DegreesOfFreedom, 3, 5.5);
    }

    /// <summary>P(δ > squares) by Simpson's rule over y = δ/(ν + δ), whose law is Beta(d/2, ν/2), in √y, where it is smooth.</summary>
    private static double Beyond(double squares, int d, double nu)
    {
        double Integral(double from)
        {
            const int Steps = 20_000;
            double h = (1 - from) / Steps, sum = 0;
            for (int i = 0; i <= Steps; i++)
            {
                double root = from + (i * h), value = Math.Pow(root, d - 1) * Math.Pow(1 - (root * root), (0.5 * nu) - 1);
                sum += value * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
            }

            return sum * h / 3;
        }

        return Integral(Math.Sqrt(squares / (nu + squares))) / Integral(0);
    }

    /// <summary>Draws of the two components as scale matrices of Student's law.</summary>
    private static double[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        double[] rows = new double[2 * count];
        for (int at = 0; at < rows.Length; at += 2)
        {
            int k = Two.Sample(random, rows.AsSpan(at, 2));
            double stretch = 1 / Math.Sqrt(new ChiSquared(Nu).Sample(random) / Nu);
            for (int j = 0; j < 2; j++)
            {
                double mean = Two.Mean(k)[j];
                rows[at + j] = mean + ((rows[at + j] - mean) * stretch);
            }
        }

        return rows;
    }
}
