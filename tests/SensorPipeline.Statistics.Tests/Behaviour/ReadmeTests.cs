using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Statistics.Sequential;
using Xunit;

// Outside the library's namespaces, as its users are.
namespace ReaderOfTheReadme;

public class ReadmeTests
{
    [Fact]
    public void The_example_is_this_code_and_says_what_it_promises()
    {
        double[] readings = [19.8, 20.1, 20.4];

        // from here
        var moments = Moments.AdditiveIdentity;                                   // an estimator is a value ...
        foreach (double x in readings)
            moments = moments.Observe(x);                                         // ... and observing gives the next one
        Moments both = moments + moments;                                         // merging is +
        ExponentialMoments recent = new ExponentialMoments().Observe(20).Retain(0.9).Observe(21); // forgetting is Retain
        double p = new Normal(20, 0.5).SurvivalProbability(22);                   // like scipy.stats.norm(20, 0.5).sf(22)
        Gaussian fused = new Gaussian(20.1, 0.04) * new Gaussian(19.8, 0.09);     // fusing beliefs is *
        (double low, double high) = new StudentT(4, 20, 0.5).Interval(0.99);      // the range of 99 %
        double gate = new ChiSquared(3).InverseSurvivalProbability(1e-6);         // a gate for a stated false-alarm rate
        double threshold = CusumDesign.Threshold(runLength: 10_000, allowance: 0.5);
        // to here

        Assert.Equal(20.1, moments.Mean, 12);
        Assert.Equal(6, both.Count);
        Assert.Equal(1.9, recent.Weight, 12);
        Assert.Equal(3.167e-5, p, 1e-8);
        Assert.Equal(0.36 / 13, fused.Variance, 12);
        Assert.Equal(20, 0.5 * (low + high), 9);
        Assert.Equal(30.66, gate, 0.01);
        Assert.Equal(7.4, threshold, 0.1);
        Assert.Equal(Between("README.md", "```csharp", "```"), Between("ReadmeTests.cs", "// from here", "// to here"));
    }

    private static string[] Between(string file, string from, string to) =>
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Documentation", file)).Select(l => l.Trim())
            .SkipWhile(l => l != from).Skip(1).TakeWhile(l => l != to),
    ];
}
