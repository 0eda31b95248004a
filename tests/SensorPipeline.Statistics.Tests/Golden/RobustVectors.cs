using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Statistics.Robust;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class RobustVectors
{
    [Fact]
    public void The_online_location_matches() => VectorFile.Check("robust.json", "t_online", c =>
    {
        double gain = c.Number("gamma");
        var state = StudentTLocation.Start(c.Number("mu0"), c.Number("sigma0"), c.Number("nu"), 1 / gain);
        var (location, scale, weight) = (new List<double>(), new List<double>(), new List<double>());
        foreach (double x in c.Numbers("x"))
        {
            state = state.Retain(1 - gain).Observe(x, 0, out double w);
            location.Add(state.Location);
            scale.Add(state.Scale);
            weight.Add(w);
        }

        c.Check("mu", [.. location]);
        c.Check("sigma", [.. scale]);
        c.Check("w", [.. weight]);
    });

    [Fact]
    public void Student_fits_match()
    {
        VectorFile.Check("robust.json", "t_fit_fixed_nu", c => Compare(c, StudentTFit.Fit(c.Numbers("x"), c.Number("nu"))));
        VectorFile.Check("robust.json", "t_fit_free_nu", c =>
        {
            StudentTFit fit = StudentTFit.Fit(c.Numbers("x"));
            Compare(c, fit);
            c.Check("nu", fit.Distribution.DegreesOfFreedom);
        });
    }

    private static void Compare(VectorCase c, StudentTFit fit)
    {
        c.Check("mu", fit.Distribution.Location);
        c.Check("scale", fit.Distribution.Scale);
        c.Check("loglik", fit.LogLikelihood);
    }

    [Fact]
    public void Robust_statistics_of_a_sample_match() => VectorFile.Check("robust.json", "robust_batch", c =>
    {
        double[] x = c.Numbers("x"), sorted = [.. x.Order()];
        (double median, double deviation) = SampleQuantiles.MedianAndDeviation(x);
        c.Check("median", median);
        c.Check("mad", deviation);
        c.Check("mad_sigma", deviation * SampleQuantiles.DeviationToStandardDeviation);
        c.Check("huber_location", HuberLocation.Of(x, c.Number("huber_k")));
        c.Check("quantiles_type7", [.. c.Numbers("quantile_p").Select(p => SampleQuantiles.OfSorted(sorted, p))]);
    });

    [Fact]
    public void The_forgetting_predictive_matches() => VectorFile.Check("robust.json", "nig_forgetting", c =>
    {
        var prior = new NormalInverseGamma(c.Number("m0"), c.Number("kappa0"), c.Number("a0"), c.Number("b0"));
        NormalInverseGamma belief = prior;
        var beliefs = new List<NormalInverseGamma>();
        var (logs, tails) = (new List<double>(), new List<double>());
        foreach (double x in c.Numbers("x"))
        {
            belief = belief.Retain(c.Number("lambda"), prior);
            StudentT predictive = belief.Predictive;
            logs.Add(predictive.LogDensity(x));
            tails.Add(2 * predictive.SurvivalProbability(predictive.Location + Math.Abs(x - predictive.Location)));
            belief = belief.Observe(x);
            beliefs.Add(belief);
        }

        c.Check("m", [.. beliefs.Select(b => b.Mean)]);
        c.Check("kappa", [.. beliefs.Select(b => b.Count)]);
        c.Check("a", [.. beliefs.Select(b => b.Shape)]);
        c.Check("b", [.. beliefs.Select(b => b.Rate)]);
        c.Check("pred_logpdf", [.. logs]);
        c.Check("pred_two_sided_p", [.. tails]);
    });
}
