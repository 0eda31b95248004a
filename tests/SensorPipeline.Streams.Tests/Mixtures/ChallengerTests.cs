using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Mixtures;
using SensorPipeline.Streams.Mixtures;
using Xunit;

namespace SensorPipeline.Streams.Tests.Mixtures;

public class ChallengerTests
{
    private static readonly MixtureOptions Options = new() { Name = "group", Members = ["#"] };

    [Fact]
    public void A_refit_that_is_no_better_takes_over_in_one_of_twenty_trials_at_most()
    {
        int taken = 0;
        for (int trial = 0; trial < 200; trial++)
        {
            var random = new Random(trial);
            taken += IsTaken(Near(0.3 * Normal.Standard.Sample(random)), _ => Normal.Standard.Sample(random), frames: 500) ? 1 : 0;
        }

        Assert.InRange(taken, 0, 15);
    }

    [Fact]
    public void A_refit_that_is_better_takes_over()
    {
        var random = new Random(1);
        Assert.True(IsTaken(Near(1), _ => 1 + Normal.Standard.Sample(random), frames: 60));
    }

    [Fact]
    public void One_frame_that_only_the_refit_explains_is_not_enough()
    {
        var wide = new GaussianMixture([0.99, 0.01], [0, 0], [1, 1e4]);
        var random = new Random(2);
        Assert.False(IsTaken(wide, frame => frame == 20 ? 150 : Normal.Standard.Sample(random), frames: 60));
    }

    private static GaussianMixture Near(double mean) => new([1], [mean], [1]);

    /// <summary>Whether a refit takes the place of a standard normal law that does not move.</summary>
    private static bool IsTaken(GaussianMixture refit, Func<int, double> read, int frames)
    {
        var challenger = new Challenger(new MixtureInForce(Refitted(refit), Options), 0, 0);
        for (int frame = 0; frame < frames && !challenger.IsClearlyBetter && !challenger.IsClearlyWorse; frame++)
        {
            double[] values = [read(frame)];
            challenger.Observe(values, Normal.Standard.LogDensity(values[0]), elapsed: 1);
        }

        return challenger.IsClearlyBetter;
    }

    private static RefittedMixture Refitted(GaussianMixture mixture) => new(mixture, 500, 0, [1e-6], 0);
}
