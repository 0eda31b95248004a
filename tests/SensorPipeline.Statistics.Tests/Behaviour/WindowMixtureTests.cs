using SensorPipeline.Statistics.Mixtures;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class WindowMixtureTests
{
    private static readonly MixtureSearchOptions Options = new();

    [Fact]
    public void The_search_finds_the_number_of_components_and_a_likelihood_no_less_than_the_truths()
    {
        GaussianMixture truth = Clusters([0.3, 0.3, 0.25, 0.15], 0, 4, 8, 12);
        double[] rows = Rows(new Random(1), (truth, 2000));
        MixtureFit fit = MixtureSearch.Fit(rows, 2, Options)!;
        double[] logs = new double[2000];
        MixtureFit.Evaluate(rows, truth, logs, []);
        Assert.Equal(4, fit.Mixture.Components);
        Assert.True(fit.LogLikelihood >= logs.Sum());
    }

    [Fact]
    public void No_more_components_are_considered_once_the_work_is_spent()
    {
        double[] rows = Rows(new Random(9), (Clusters([0.3, 0.3, 0.4], 0, 10, 20), 1000));
        Assert.Equal(3, MixtureSearch.Fit(rows, 2, Options)!.Mixture.Components);
        Assert.Equal(1, MixtureSearch.Fit(rows, 2, Options with { Work = 1000 })!.Mixture.Components);
    }

    [Fact]
    public void The_same_rows_give_the_same_bits_wherever_in_memory_they_are_worked_on()
    {
        double[] rows = Rows(new Random(5), (Clusters([0.4, 0.3, 0.3], 0, 3, 60), 500));
        double[] expected = Evaluated(rows);
        for (int shift = 0; shift < 64; shift++)
        {
            // What is allocated before moves what is allocated after.
            GC.KeepAlive(new byte[1 + (8 * shift)]);
            Assert.Equal(expected, Evaluated(rows));
        }

        static double[] Evaluated(double[] rows)
        {
            MixtureFit fit = MixtureSearch.Fit(rows, 2, Options with { MaximumComponents = 4, Work = 100_000 })!;
            return [fit.LogLikelihood, .. fit.Mixture.MixingWeights, .. fit.Mixture.Means, .. fit.Mixture.Covariances];
        }
    }

    [Fact]
    public void A_component_that_has_died_in_the_window_is_gone_and_the_others_keep_their_shape()
    {
        GaussianMixture before = Clusters([0.4, 0.3, 0.3], 0, 6, 12), after = Clusters([0.6, 0.4], 0, 6);
        double[] rows = Rows(new Random(2), (before, 1500), (after, 400));
        WindowMixture found = WindowMixture.Of(rows, 2, Options)!;
        Assert.Equal(2, found.Mixture.Components);
        Assert.Equal(1900, found.Rows);
        Assert.Equal(0.6, found.Mixture.MixingWeights.ToArray().Max(), 0.06);
    }

    [Fact]
    public void A_group_that_dwells_in_its_regimes_does_not_forget_the_one_it_left()
    {
        GaussianMixture first = Clusters([1], 0), second = Clusters([1], 8);
        double[] rows = Rows(new Random(3), (first, 400), (second, 300), (first, 500), (second, 300), (first, 400));
        WindowMixture found = WindowMixture.Of(rows, 2, Options)!;
        Assert.Equal(2, found.Mixture.Components);
        Assert.Equal(600.0 / 1900, found.Mixture.MixingWeights.ToArray().Min(), 0.02);
    }

    [Fact]
    public void Components_that_move_are_where_they_are_now_and_no_wider_than_they_are()
    {
        var random = new Random(4);
        double[] rows = new double[4000];
        for (int i = 0; i < 2000; i++)
        {
            Clusters([0.5, 0.5], 0, 10).Sample(random, rows.AsSpan(2 * i, 2));
            rows[2 * i] += 2.0 * i / 2000;
        }

        WindowMixture found = WindowMixture.Of(rows, 2, Options)!;
        int low = found.Mixture.Mean(0)[0] < found.Mixture.Mean(1)[0] ? 0 : 1;
        Assert.Equal(2, found.Mixture.Components);
        Assert.Equal(2, found.Mixture.Mean(low)[0], 0.3);
        Assert.Equal(12, found.Mixture.Mean(1 - low)[0], 0.3);
        Assert.Equal(1, found.Mixture.Covariance(low)[0], 0.2);
    }

    [Fact]
    public void What_was_before_a_change_of_everything_is_forgotten()
    {
        GaussianMixture before = Clusters([0.5, 0.5], 0, 5), after = Clusters([0.4, 0.6], 2.5, 7.5);
        double[] rows = Rows(new Random(5), (before, 1000), (after, 600));
        WindowMixture found = WindowMixture.Of(rows, 2, Options)!;
        Assert.Equal(2, found.Mixture.Components);
        Assert.InRange(found.Rows, 500, 650);
    }

    [Fact]
    public void The_same_rows_give_the_same_mixture_to_the_bit()
    {
        double[] rows = Rows(new Random(6), (Clusters([0.4, 0.3, 0.3], 0, 4, 8), 800));
        Assert.Equal(WindowMixture.Of(rows, 2, Options)!.Mixture.Covariances.ToArray(), WindowMixture.Of(rows, 2, Options)!.Mixture.Covariances.ToArray());
    }

    [Fact]
    public void The_completed_likelihood_does_not_split_what_cannot_be_told_apart()
    {
        // Two components have the better density, and are one heap.
        var truth = new GaussianMixture([0.5, 0.5], [0, 0, 2.6, 0], [1, 0, 0, 1, 1, 0, 0, 1]);
        double[] rows = Rows(new Random(7), (truth, 2000));
        Assert.Equal(2, MixtureSearch.Fit(rows, 2, Options)!.Mixture.Components);
        Assert.Equal(1, MixtureSearch.Fit(rows, 2, Options with { Criterion = MixtureCriterion.IntegratedCompleted })!.Mixture.Components);
    }

    [Fact]
    public void Fat_tails_are_better_described_by_Student_components_and_thin_ones_are_not()
    {
        var random = new Random(8);
        double[] thin = Rows(random, (Clusters([0.5, 0.5], 0, 9), 2000)), fat = [.. thin];
        for (int i = 0; i < fat.Length; i += 2)
        {
            double centre = fat[i] > 4.5 ? 9 : 0, stretch = 1 / Math.Sqrt(-2 * (Math.Log(random.NextDouble()) + Math.Log(random.NextDouble())) / 4);
            (fat[i], fat[i + 1]) = (centre + ((fat[i] - centre) * stretch), fat[i + 1] * stretch);
        }

        (double student, double gaussian) = Criteria(fat);
        Assert.True(student < gaussian);
        (student, gaussian) = Criteria(thin);
        Assert.True(student > gaussian);
    }

    [Fact]
    public void A_label_survives_refits_of_a_drifting_stream_and_comes_back_with_its_regime()
    {
        var labels = new ComponentLabels();
        GaussianMixture? old = null;
        int[] names = [];
        for (int refit = 0; refit < 30; refit++)
        {
            double drift = 0.5 * refit;
            // The third regime vanishes for ten refits; the order of the components is the fit's own affair.
            bool isAway = refit is >= 10 and < 20;
            GaussianMixture next = isAway ? Clusters([0.6, 0.4], 6 + drift, drift) : refit % 2 == 0 ? Clusters([0.4, 0.3, 0.3], drift, 6 + drift, 60) : Clusters([0.3, 0.3, 0.4], 60, 6 + drift, drift);
            names = labels.Relabel(old, names, next);
            old = next;
            for (int k = 0; k < next.Components; k++)
            {
                Assert.Equal(next.Mean(k)[0] == drift ? 0 : next.Mean(k)[0] == 60 ? 2 : 1, names[k]);
            }
        }

        Assert.Equal(3, labels.Given);
    }

    [Fact]
    public void Drift_is_nothing_between_equals_and_grows_with_distance_and_shares()
    {
        GaussianMixture mixture = Clusters([0.5, 0.5], 0, 10);
        Assert.Equal(0, ComponentMatching.Drift(mixture, mixture), 12);
        Assert.Equal(0.1, ComponentMatching.Drift(mixture, Clusters([0.6, 0.4], 0, 10)), 12);
        Assert.True(ComponentMatching.Drift(mixture, Clusters([0.5, 0.5], 1, 11)) > ComponentMatching.Drift(mixture, Clusters([0.5, 0.5], 0.5, 10.5)));
    }

    private static (double Student, double Gaussian) Criteria(double[] rows)
    {
        MixtureFit gaussian = MixtureFit.Fit(rows, 2, new MixtureFitOptions { Components = 2 });
        return (StudentMixtureFit.Fit(rows, gaussian.Mixture, new MixtureFitOptions()).Bayesian, gaussian.Bayesian);
    }

    /// <summary>Round components of unit variance along the first channel.</summary>
    private static GaussianMixture Clusters(double[] weights, params double[] centres) =>
        new(weights, [.. centres.SelectMany(x => new[] { x, 0 })], [.. centres.SelectMany(_ => new double[] { 1, 0, 0, 1 })]);

    private static double[] Rows(Random random, params (GaussianMixture Law, int Count)[] parts)
    {
        double[] rows = new double[2 * parts.Sum(part => part.Count)];
        int at = 0;
        foreach ((GaussianMixture law, int count) in parts)
        {
            for (int i = 0; i < count; i++, at += 2)
            {
                law.Sample(random, rows.AsSpan(at, 2));
            }
        }

        return rows;
    }
}
