using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Filters;
using SensorPipeline.Statistics.Fusion;
using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class FilterTests
{
    [Fact]
    public void An_honest_filter_has_innovations_of_the_size_it_says()
    {
        var random = new Random(14);
        var filter = new KalmanFilter(new([1, 1, 0, 1], [0.01, 0, 0, 0.01], [1, 0], [1]), [0, 0], [100, 0, 0, 100]);
        double position = 0, velocity = 0, sum = 0;
        const int Steps = 4000;
        for (int i = 0; i < Steps; i++)
        {
            position += velocity + (0.1 * new Normal(0, 1).Sample(random));
            velocity += 0.1 * new Normal(0, 1).Sample(random);
            filter.Predict();
            Assert.True(filter.Update([position + new Normal(0, 1).Sample(random)]));
            sum += filter.NormalizedInnovationSquared;
        }

        var law = new ChiSquared(Steps);
        Assert.InRange(sum, law.Quantile(0.005), law.InverseSurvivalProbability(0.005));
    }

    [Fact]
    public void One_observed_number_at_a_time_is_both_at_once()
    {
        double[] identity = [1, 0, 0, 1], none = [0, 0, 0, 0];
        var both = new KalmanFilter(new(identity, none, [1, 0.5, 0.2, 1], [0.5, 0, 0, 0.8]), [1, 2], [3, 0.5, 0.5, 2]);
        Assert.True(both.Update([1.5, 2.5]));
        var first = new KalmanFilter(new(identity, none, [1, 0.5], [0.5]), [1, 2], [3, 0.5, 0.5, 2]);
        Assert.True(first.Update([1.5]));
        var second = new KalmanFilter(new(identity, none, [0.2, 1], [0.8]), first.State, first.Covariance);
        Assert.True(second.Update([2.5]));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(both.Covariance[i], second.Covariance[i], 12);
        }

        Assert.Equal(both.State[0], second.State[0], 12);
        Assert.Equal(both.LogLikelihood, first.LogLikelihood + second.LogLikelihood, 12);
    }

    [Fact]
    public void A_bad_observation_changes_nothing()
    {
        var filter = new KalmanFilter(new([1], [1], [1], [1]), [5], [2]);
        Assert.False(filter.Update([double.NaN]));
        Assert.Equal(5, filter.State[0]);
        Assert.Equal(2, filter.Covariance[0]);
        Assert.Equal(double.NaN, filter.NormalizedInnovationSquared);
    }

    [Fact]
    public void A_filter_without_motion_fuses_like_the_product()
    {
        var filter = new KalmanFilter(new([1], [0], [1], [0.25]), [20], [1]);
        filter.Predict();
        Assert.True(filter.Update([21]));
        Gaussian product = new Gaussian(20, 1) * new Gaussian(21, 0.25);
        Assert.Equal(product.Mean, filter.State[0], 12);
        Assert.Equal(product.Variance, filter.Covariance[0], 12);
    }

    [Fact]
    public void Steps_and_imputations_allocate_nothing()
    {
        var filter = new KalmanFilter(new([1, 1, 0, 1], [0.01, 0, 0, 0.01], [1, 0, 0, 1], [1, 0, 0, 1]), [0, 0], [1, 0, 0, 1]);
        var joint = new MultivariateGaussian([1, 2, 3], [2, 0.5, 0.3, 0.5, 1.5, 0.2, 0.3, 0.2, 1.2]);
        var others = new LeaveOneOut(joint);
        double[] z = [1, 2], x = [1, double.NaN, 3], variances = new double[3], predicted = new double[3], scores = new double[3];
        Gaussian[] members = [new(1, 2), new(1.5, 1), new(9, 3)];
        double[] weights = new double[3];
        void Work()
        {
            filter.Predict();
            filter.Update(z);
            ConditionalGaussian.TryImpute(joint, x, variances);
            others.Predict(x, predicted, scores);
            PrecisionFusion.Fuse(members);
            PrecisionFusion.LeaveOneOut(members, weights);
            RobustFusion.Fuse(members, weights);
        }

        Assert.Equal(0, Allocation.OfEveryRun(Work));
    }

    [Fact]
    public void One_wrong_member_is_found_and_does_not_pull_the_robust_fusion()
    {
        Gaussian[] members = [new(20, 0.04), new(20.1, 0.04), new(19.9, 0.04), new(35, 0.04)];
        double[] innovations = new double[4], weights = new double[4];
        PrecisionFusion.LeaveOneOut(members, innovations);
        Assert.Equal(3, Array.IndexOf(innovations, innovations.Max()));
        Assert.Equal(20, RobustFusion.Fuse(members, weights).Mean, 0.05);
        Assert.True(weights[3] < 0.01);
        FusionResult fused = PrecisionFusion.Fuse(members);
        Assert.True(fused.TailProbability < 1e-100);
        Assert.True(fused.Widened(0.01).Variance > 100 * fused.Estimate.Variance);
    }

    [Fact]
    public void Members_without_information_are_passed_over_and_certain_ones_decide()
    {
        FusionResult fused = PrecisionFusion.Fuse([new(20, 1), Gaussian.MultiplicativeIdentity, new(22, 1)]);
        Assert.Equal(new Gaussian(21, 0.5), fused.Estimate);
        Assert.Equal(2, fused.Members);
        Assert.Equal(new Gaussian(22, 0), PrecisionFusion.Fuse([new(20, 1), new(22, 0)]).Estimate);
        Assert.False(PrecisionFusion.Fuse([]).Estimate.IsInformative);
        Assert.Equal(double.NaN, PrecisionFusion.Fuse([]).TailProbability);
        Assert.False(RobustFusion.Fuse([], []).IsInformative);
    }

    [Fact]
    public void An_intersection_is_never_surer_than_full_correlation_allows()
    {
        MultivariateGaussian a = new([0, 0], [1, 0, 0, 4]), b = new([0, 0], [4, 0, 0, 1]);
        (MultivariateGaussian fused, double share) = CovarianceIntersection.Fuse(a, b);
        Assert.Equal(0.5, share, 1e-6);
        Assert.True(fused.Covariance[0] >= 1 && fused.Covariance[3] >= 1);
        Assert.True((a * b).Covariance[0] < 1);
    }
}
