using SensorPipeline.Statistics.Dependence;
using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Fusion;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Moments;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

/// <summary>Where digits were lost once.</summary>
public class AccuracyTests
{
    [Fact]
    public void After_a_gap_of_forty_time_constants_two_data_still_have_their_variance()
    {
        double share = ExponentialMoments.Share(40, 1);
        ExponentialMoments moments = new ExponentialMoments().Observe(1).Retain(share).Observe(3);
        Assert.Equal(2, moments.Variance, 1e-14);

        var sums = new RunningCovariance(1);
        double[] covariance = new double[1];
        sums.Observe([1]);
        sums.Retain(share);
        sums.Observe([3]);
        sums.Covariance(covariance);
        Assert.Equal(2, covariance[0], 1e-14);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(0.02)]
    [InlineData(0.1249999)]
    [InlineData(0.125)]
    [InlineData(3.0)]
    public void The_share_of_a_step_is_its_exponential_to_the_last_bits(double step) =>
        Assert.Equal(1, ExponentialMoments.Share(step, 1) / Math.Exp(-step), 2.3e-16);

    [Fact]
    public void A_step_that_goes_back_or_is_unknown_forgets_nothing() =>
        Assert.All(new[] { 0, -1, double.NaN, double.NegativeInfinity }, step => Assert.Equal(1, ExponentialMoments.Share(step, 60)));

    [Fact]
    public void The_density_of_chi_square_far_below_its_mean_keeps_its_digits() =>
        Assert.Equal(1, new ChiSquared(40).LogDensity(4e-11) / (-0.5 * 4e-11 + (19 * Math.Log(2e-11)) - 39.339884187199494 - Math.Log(2)), 1e-13);

    [Fact]
    public void Members_a_billion_away_disagree_as_much_as_near_zero()
    {
        Gaussian[] near = [new(0, 1e-4), new(0.25, 4e-4), new(-0.125, 9e-4)];
        Gaussian[] far = [.. near.Select(m => new Gaussian(m.Mean + 1e9, m.Variance))];
        double[] want = new double[3], got = new double[3];
        PrecisionFusion.LeaveOneOut(near, want);
        PrecisionFusion.LeaveOneOut(far, got);
        Assert.All(want.Zip(got), pair => Assert.Equal(1, pair.Second / pair.First, 1e-13));
        Assert.Equal(1, PrecisionFusion.Fuse(far).ChiSquared / PrecisionFusion.Fuse(near).ChiSquared, 1e-13);
    }

    [Fact]
    public void One_member_that_claims_to_be_precise_does_not_choose_the_maximum()
    {
        Gaussian[] members = [new(0, 1e-4), new(10, 0.01), new(10.1, 0.01), new(9.9, 0.01), new(10.05, 0.01)];
        double[] weights = new double[5];
        Gaussian fused = RobustFusion.Fuse(members, weights);
        Assert.Equal(10, fused.Mean, 0.1);
        Assert.True(RobustFusion.Objective(members, fused.Mean) < RobustFusion.Objective(members, 0));
        Assert.True(weights[0] < 0.01);
    }
}
