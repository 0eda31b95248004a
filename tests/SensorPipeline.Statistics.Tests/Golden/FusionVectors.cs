using SensorPipeline.Statistics.Fusion;
using SensorPipeline.Statistics.Gaussians;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class FusionVectors
{
    [Fact]
    public void Precision_weighted_fusion_matches() => VectorFile.Check("fusion.json", "scalar_fuse", c =>
    {
        Gaussian[] members = Members(c);
        FusionResult fused = PrecisionFusion.Fuse(members);
        double[] innovations = new double[members.Length];
        PrecisionFusion.LeaveOneOut(members, innovations);
        c.Check("mean", fused.Estimate.Mean);
        c.Check("var", fused.Estimate.Variance);
        c.Check("chi2", fused.ChiSquared);
        c.Check("chi2_p", fused.TailProbability);
        c.Check("birge_ratio", fused.BirgeRatio);
        c.Check("loo_nis", innovations);
        Gaussian[] aged = [.. members.Zip(c.Numbers("age"), (m, age) => m.Aged(age, c.Number("process_var_per_s")))];
        Gaussian stale = PrecisionFusion.Fuse(aged).Estimate;
        c.Check("stale_mean", stale.Mean);
        c.Check("stale_var", stale.Variance);
    });

    [Fact]
    public void Robust_fusion_matches() => VectorFile.Check("fusion.json", "student_t_fuse", c =>
    {
        Gaussian[] members = Members(c);
        double[] weights = new double[members.Length];
        Gaussian fused = RobustFusion.Fuse(members, weights, c.Number("nu"));
        c.Check("mean", fused.Mean);
        c.Check("var", fused.Variance);
        c.Check("weights", weights);
        c.Check("objective", RobustFusion.Objective(members, fused.Mean, c.Number("nu")));
    });

    [Fact]
    public void Covariance_intersection_matches() => VectorFile.Check("fusion.json", "covariance_intersection", c =>
    {
        MultivariateGaussian a = new(c.Numbers("mean1"), c.Numbers("cov1")), b = new(c.Numbers("mean2"), c.Numbers("cov2"));
        foreach ((string name, IntersectionCriterion criterion) in new[] { ("trace", IntersectionCriterion.Trace), ("det", IntersectionCriterion.Determinant) })
        {
            (MultivariateGaussian fused, double share) = CovarianceIntersection.Fuse(a, b, criterion);
            c.Check("omega_" + name, share);
            c.Check("mean_" + name, fused.Mean);
            c.Check("cov_" + name, fused.Covariance);
            CompareTightly(c, name, CovarianceIntersection.Fuse(a, b, c.Expected("omega_" + name).GetDouble()));
        }
    });

    [Fact]
    public void Inverse_covariance_intersection_matches() => VectorFile.Check("fusion.json", "inverse_covariance_intersection", c =>
    {
        MultivariateGaussian a = new(c.Numbers("mean1"), c.Numbers("cov1")), b = new(c.Numbers("mean2"), c.Numbers("cov2"));
        (MultivariateGaussian fused, double share) = CovarianceIntersection.FuseInverse(a, b);
        c.Check("omega_trace", share);
        c.Check("mean", fused.Mean);
        c.Check("cov", fused.Covariance);
    });

    [Fact]
    public void Split_covariance_intersection_matches() => VectorFile.Check("fusion.json", "split_covariance_intersection", c =>
    {
        MultivariateGaussian a = new(c.Numbers("mean1"), c.Numbers("cov1_correlated")), b = new(c.Numbers("mean2"), c.Numbers("cov2_correlated"));
        MultivariateGaussian fused = CovarianceIntersection.FuseSplit(a, c.Numbers("cov1_independent"), b, c.Numbers("cov2_independent"), c.Number("omega"));
        c.Check("mean", fused.Mean);
        c.Check("cov", fused.Covariance);
    });

    /// <summary>The share is only found to 1e-6, its optimum being flat; at the given share the answer has ten digits.</summary>
    private static void CompareTightly(VectorCase c, string name, MultivariateGaussian atShare)
    {
        double[] want = [.. VectorCase.Flatten(c.Expected("mean_" + name)), .. VectorCase.Flatten(c.Expected("cov_" + name))];
        double[] got = [.. atShare.Mean, .. atShare.Covariance];
        for (int i = 0; i < want.Length; i++)
        {
            if (!(Math.Abs(got[i] - want[i]) <= 1e-10 * Math.Max(1, Math.Abs(want[i]))))
            {
                c.Fault($"at the given share ({name}) [{i}]: {got[i]:R} instead of {want[i]:R}");
            }
        }
    }

    private static Gaussian[] Members(VectorCase c) => [.. c.Numbers("mean").Zip(c.Numbers("var"), (m, v) => new Gaussian(m, v))];
}
