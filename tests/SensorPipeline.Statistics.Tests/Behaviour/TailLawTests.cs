using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Tails;
using SensorPipeline.Statistics.Tests.Laws;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class TailLawTests
{
    public static TheoryData<string> Shapes => ["normal", "t3", "exponential", "uniform"];

    [Fact]
    public void Survival_falls_with_the_deviation_and_the_deviation_is_its_inverse() => Law.Holds(random =>
    {
        TailLaw law = Learn(random, 50 + random.Next(5000), "t3");
        double last = 0;
        for (double r = 0; r < 300; r = (1.07 * r) + 0.01)
        {
            double log = law.LogSurvival(r, isCoarse: false);
            Assert.True(log <= last && double.IsFinite(log), $"ln S({r}) = {log} after {last}");
            Assert.True(Math.Abs(law.LogSurvival(law.Deviation(log), isCoarse: false) - log) <= 1e-9 * (1 + Math.Abs(log)), $"at {r}");
            last = log;
        }
    });

    [Fact]
    public void A_deviation_falls_into_the_bin_whose_edges_it_lies_between() => Law.Holds(random =>
    {
        for (int i = 0; i < 1000; i++)
        {
            double deviation = i % 3 == 0 ? TailLaw.Edges[random.Next(TailLaw.Bins)] : (float)(40 * Math.Pow(random.NextDouble(), 3));
            int bin = TailLaw.BinOf(deviation);
            Assert.True(TailLaw.Edges[bin] <= deviation && (bin == TailLaw.Bins - 1 || deviation < TailLaw.Edges[bin + 1]), $"{deviation:R} in bin {bin}");
        }
    });

    [Fact]
    public void Bins_are_a_half_wide_up_to_one_and_a_quarter_octave_from_there() => Assert.Equal(
        Enumerable.Range(0, TailLaw.Bins).Select(i => i < 2 ? 0.5 * i : Math.Pow(2, (i - 2) / 4) * (1 + (0.25 * ((i - 2) % 4)))), TailLaw.Edges.ToArray());

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Twenty_thousand_deviations_teach_a_tail_of_one_in_a_thousand(string shape)
    {
        const int Streams = 12;
        double sum = 0;
        for (int seed = 0; seed < Streams; seed++)
        {
            TailLaw law = Learn(new Random(seed), 20_000, shape);
            sum += Survival(shape, law.Deviation(Math.Log(1e-3))) / 1e-3;
        }

        // Where a noise ends altogether the law may put one in a thousand beyond the end.
        Assert.InRange(sum / Streams, shape == "uniform" ? 0 : 0.75, 1.3);
    }

    [Fact]
    public void Strangers_do_not_widen_the_tail_that_is_meant_to_catch_them()
    {
        double clean = 0, disturbed = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            TailLaw law = Learn(random, 20_000, "normal");
            clean += law.Deviation(Math.Log(1e-3));
            for (int fit = 0; fit < 10; fit++)
            {
                law.Observe(8 + (20 * random.NextDouble()));
                law.Observe(8 + (20 * random.NextDouble()));
                law.Fit(default, 0, 1, TailTrust.WhileExpected);
            }

            disturbed += law.Deviation(Math.Log(1e-3));
        }

        Assert.InRange(disturbed / clean, 0.95, 1.1);
    }

    [Fact]
    public void Without_evidence_it_is_the_prior_and_what_is_no_number_teaches_nothing()
    {
        TailLaw law = TailLaw.New;
        Assert.Equal(0, law.Total);
        Assert.Equal(0, law.LogSurvival(0, isCoarse: false));
        law.Observe(double.NaN);
        law.Observe(-1);
        Assert.Equal(0, law.Total);
        law.Observe(double.PositiveInfinity);
        Assert.Equal(0, law.Total);
        law.Observe(-0.0);
        law.Observe(double.MaxValue);
        Assert.Equal(2, law.Total);
        Assert.Equal(1, law.Count(0));
        Assert.Equal(1, law.Count(TailLaw.Bins - 1));
        Assert.InRange(law.LogSurvival(3, isCoarse: false), -5, -1.5);
    }

    [Fact]
    public void Two_sides_learn_from_each_other_only_while_they_agree()
    {
        var random = new Random(5);
        TailLaw normal = Learn(random, 5000, "normal"), another = Learn(random, 5000, "normal"), fat = Learn(random, 5000, "exponential");
        Assert.InRange(TailLaw.Agreement(normal, another), 0.5, 1);
        Assert.InRange(TailLaw.Agreement(normal, fat), 0, 1e-6);
    }

    [Fact]
    public void Its_memory_is_bounded_and_the_law_stays()
    {
        var random = new Random(6);
        TailLaw law = Learn(random, 60_000, "normal");
        double before = law.Deviation(Math.Log(1e-3));
        for (int i = 0; i < 300_000; i++)
        {
            law.Observe(Draw(random, "normal"));
            if (i % 1000 == 0)
            {
                law.Fit(default, 0, 1, TailTrust.WhileExpected);
            }
        }

        Assert.InRange(law.Total, 50_000, 62_000);
        Assert.InRange(law.Deviation(Math.Log(1e-3)) / before, 0.93, 1.07);
    }

    [Fact]
    public void Once_its_memory_is_full_rare_deviations_still_count_at_their_own_rate()
    {
        const int Fits = 1600, BetweenFits = 2500;
        const double Rare = 1.5e-4;
        double expected = 0, counted = 0;
        var random = new Random(5);
        TailLaw law = TailLaw.New;
        for (int fit = 0; fit < Fits; fit++)
        {
            for (int i = 0; i < BetweenFits; i++)
            {
                law.Observe(random.NextDouble() < Rare ? 10 + (6 * random.NextDouble()) : random.NextDouble());
            }

            law.Fit(default, 0, 1, TailTrust.Whole);
            expected += Rare * law.Total;
            for (int bin = 0; bin < TailLaw.Bins; bin++)
            {
                counted += TailLaw.Edges[bin] >= 10 ? law.Count(bin) : 0;
            }
        }

        Assert.InRange(counted / expected, 0.8, 1.25);
    }

    [Fact]
    public void The_mean_square_of_normal_deviations_is_one() => Assert.InRange(Learn(new Random(7), 50_000, "normal").MeanSquare, 0.97, 1.03);

    private static TailLaw Learn(Random random, int count, string shape)
    {
        TailLaw law = TailLaw.New;
        for (int i = 0; i < count; i++)
        {
            law.Observe(Draw(random, shape));
            if (i % 1000 == 999)
            {
                law.Fit(default, 0, 1, TailTrust.WhileExpected);
            }
        }

        law.Fit(default, 0, 1, TailTrust.WhileExpected);
        return law;
    }

    private static double Draw(Random random, string shape)
    {
        double p = 1 - random.NextDouble();
        return shape switch
        {
            "normal" => new Normal(0, 1).InverseSurvivalProbability(p / 2),
            "t3" => new StudentT(3).InverseSurvivalProbability(p / 2),
            "exponential" => -Math.Log(p),
            _ => 2 * (1 - p),
        };
    }

    private static double Survival(string shape, double deviation) => shape switch
    {
        "normal" => 2 * new Normal(0, 1).SurvivalProbability(deviation),
        "t3" => 2 * new StudentT(3).SurvivalProbability(deviation),
        "exponential" => Math.Exp(-deviation),
        _ => Math.Max(0, 1 - (deviation / 2)),
    };
}
