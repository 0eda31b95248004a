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
}
