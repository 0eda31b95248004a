using SensorPipeline.Statistics.Robust;
using SensorPipeline.Statistics.Sequential;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class SequentialVectors
{
    [Fact]
    public void Run_lengths_of_cumulative_sums_match() => VectorFile.Check("sequential.json", "cusum_arl", c =>
    {
        double k = c.Number("k"), h = c.Number("h");
        double one = CusumDesign.RunLength(k, h);
        c.Check("arl0_one_sided", one);
        c.Check("arl0_two_sided", 0.5 * one);
        c.Check("arl1_one_sided_shift_2k", CusumDesign.RunLength(k, h, 2 * k));
    });

    [Fact]
    public void Cumulative_sums_match() => VectorFile.Check("sequential.json", "cusum_run", c =>
    {
        double[] z = c.Numbers("z");
        var (upper, lower, alarms) = (new List<double>(), new List<double>(), new List<double>());
        Cusum sum = default;
        for (int i = 0; i < z.Length; i++)
        {
            sum = sum.Observe(z[i], c.Number("k"));
            upper.Add(sum.Upper);
            lower.Add(sum.Lower);
            if (sum.Statistic > c.Number("h"))
            {
                alarms.Add(i);
                sum = default;
            }
        }

        c.Check("c_plus", [.. upper]);
        c.Check("c_minus", [.. lower]);
        c.Check("alarms", [.. alarms]);
    });

    [Fact]
    public void The_law_of_repeats_matches()
    {
        VectorFile.Check("sequential.json", "stuck", c =>
        {
            int length = (int)c.Number("run_length");
            c.Check("p_value", RepeatLaw.Tail(length, c.Number("p_repeat")));
            c.Check("log10_p", RepeatLaw.LogTail(length, c.Number("p_repeat")) / Math.Log(10));
        });
        VectorFile.Check("sequential.json", "stuck_threshold", c => c.Check("run_length", RepeatLaw.Threshold(c.Number("alpha"), c.Number("p_repeat"))));
    }

    [Fact]
    public void The_Page_Hinkley_test_matches() => VectorFile.Check("sequential.json", "page_hinkley", c =>
    {
        double[] z = c.Numbers("z");
        var (statistic, alarms) = (new List<double>(), new List<double>());
        PageHinkley test = default;
        for (int i = 0; i < z.Length; i++)
        {
            test = test.Observe(z[i], c.Number("delta"));
            statistic.Add(test.Statistic);
            if (test.Statistic > c.Number("lambda"))
            {
                alarms.Add(i);
                test = default;
            }
        }

        c.Check("stat", [.. statistic]);
        c.Check("alarms", [.. alarms]);
    });

    [Fact]
    public void The_posterior_of_the_last_change_matches() => VectorFile.Check("sequential.json", "bocpd", c =>
    {
        var prior = new NormalInverseGamma(c.Number("m0"), c.Number("kappa0"), c.Number("a0"), c.Number("b0"));
        var posterior = new ChangePointPosterior(prior, c.Number("hazard_mean_run"), leastProbability: 0, mostRuns: int.MaxValue);
        var (length, recent, evidence) = (new List<double>(), new List<double>(), new List<double>());
        foreach (double x in c.Numbers("x"))
        {
            posterior.Observe(x);
            length.Add(posterior.MostProbableRunLength);
            recent.Add(posterior.ProbabilityUpTo(5));
            evidence.Add(posterior.LogEvidence);
        }

        c.Check("map_run_length", [.. length]);
        c.Check("prob_run_le_5", [.. recent]);
        c.Check("log_evidence", [.. evidence]);
        c.Check("final_run_length_posterior", [.. posterior.RunLengths.Select((_, i) => posterior.Probability(i))]);
    });

    [Fact]
    public void The_autoregression_matches() => VectorFile.Check("sequential.json", "ar1", c =>
    {
        double[] x = c.Numbers("x");
        AutoregressiveFit fit = AutoregressiveFit.Of(x);
        c.Check("mean", fit.Mean);
        c.Check("r1", Autocorrelation.OfSample(x, 1));
        c.Check("r2", Autocorrelation.OfSample(x, 2));
        c.Check("phi_yule_walker", fit.Coefficient);
        c.Check("n_eff_mean", fit.EffectiveSampleSize);
        c.Check("innovation_var", fit.InnovationVariance);
        c.Check("residuals_first10", [.. Enumerable.Range(1, 10).Select(i => fit.Innovation(x[i - 1], x[i]))]);
    });
}
