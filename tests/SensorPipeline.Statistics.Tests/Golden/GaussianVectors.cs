using SensorPipeline.Statistics.Gaussians;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class GaussianVectors
{
    private const string File = "gaussian_algebra.json";

    [Fact]
    public void Products_match() => VectorFile.Check(File, "product", c =>
    {
        MultivariateGaussian[] parts = Parts(c);
        MultivariateGaussian fused = parts[0];
        double log = 0;
        foreach (MultivariateGaussian part in parts[1..])
        {
            (fused, double scale) = GaussianAlgebra.Product(fused, part);
            log += scale;
        }

        Compare(c, fused);
        c.Check("log_scale", log);
    });

    [Fact]
    public void Scalar_products_match() => VectorFile.Check(File, "scalar_product", c =>
    {
        Gaussian a = new(c.Number("mean1"), c.Number("var1")), b = new(c.Number("mean2"), c.Number("var2"));
        c.Check("mean", (a * b).Mean);
        c.Check("var", (a * b).Variance);
        c.Check("log_scale", a.LogScale(b));
        c.Check("sum_mean", (a + b).Mean);
        c.Check("sum_var", (a + b).Variance);
    });

    [Fact]
    public void The_information_form_matches() => VectorFile.Check(File, "to_information", c =>
    {
        (double[] precision, double[] information) = One(c).ToInformation();
        c.Check("precision", precision);
        c.Check("information", information);
    });

    [Fact]
    public void Joints_sums_and_marginals_match()
    {
        VectorFile.Check(File, "joint_independent", c => Compare(c, GaussianAlgebra.Joint(Parts(c))));
        VectorFile.Check(File, "sum", c => Compare(c, Parts(c).Aggregate(GaussianAlgebra.Sum)));
        VectorFile.Check(File, "marginal", c => Compare(c, One(c).Marginal(c.Integers("keep"))));
    }

    [Fact]
    public void Linear_maps_match() => VectorFile.Check(File, "linear", c =>
    {
        (MultivariateGaussian result, double[] cross) = One(c).Linear(c.Numbers("t"), c.Numbers("c"), c.Numbers("q"));
        Compare(c, result);
        c.Check("cross_cov_xy", cross);
    });

    [Fact]
    public void Densities_match() => VectorFile.Check(File, "density", c =>
    {
        MultivariateGaussian gaussian = One(c);
        double[] x = c.Numbers("x");
        c.Check("mvn_logpdf", gaussian.LogDensity(x));
        c.Check("mahalanobis2", gaussian.SquaredMahalanobisDistance(x));
        c.Check("logdet", gaussian.LogDeterminant);
        c.Check("entropy", gaussian.Entropy);
        c.Check("mvt_logpdf", gaussian.LogStudentDensity(x, c.Number("nu")));
        c.Check("p_value", gaussian.TailProbability(x));
    });

    [Fact]
    public void Distances_match() => VectorFile.Check(File, "distances", c =>
    {
        MultivariateGaussian[] parts = Parts(c);
        c.Check("kl_12", GaussianDistance.KullbackLeibler(parts[0], parts[1]));
        c.Check("kl_21", GaussianDistance.KullbackLeibler(parts[1], parts[0]));
        c.Check("bhattacharyya", GaussianDistance.Bhattacharyya(parts[0], parts[1]));
        c.Check("hellinger2", GaussianDistance.SquaredHellinger(parts[0], parts[1]));
        c.Check("wasserstein2_sq", GaussianDistance.SquaredWasserstein(parts[0], parts[1]));
    });

    [Fact]
    public void Conditionals_match() => VectorFile.Check(File, "conditional", c =>
    {
        var conditional = new ConditionalGaussian(One(c), c.Integers("observed"));
        double[] value = c.Numbers("value");
        Compare(c, conditional.Given(value));
        c.Check("hidden", [.. conditional.Hidden.ToArray().Select(i => (double)i)]);
        c.Check("gain", conditional.Gain);
        c.Check("marginal_logpdf_observed", conditional.LogEvidence(value));
    });

    [Fact]
    public void Imputed_channels_match_the_conditional() => VectorFile.Check(File, "conditional", c =>
    {
        MultivariateGaussian joint = One(c);
        double[] x = new double[joint.Dimension], variances = new double[joint.Dimension], value = c.Numbers("value");
        Array.Fill(x, double.NaN);
        int[] observed = c.Integers("observed");
        for (int i = 0; i < observed.Length; i++)
        {
            x[observed[i]] = value[i];
        }

        Assert.True(ConditionalGaussian.TryImpute(joint, x, variances));
        double[] hidden = VectorCase.Flatten(c.Expected("hidden"));
        c.Check("mean", [.. hidden.Select(i => x[(int)i])]);
        double[] covariance = VectorCase.Flatten(c.Expected("cov"));
        c.CheckAgainst("cov", [.. hidden.Select((_, i) => covariance[(i * hidden.Length) + i])], [.. hidden.Select(i => variances[(int)i])]);
        foreach (string field in new[] { "hidden", "gain", "marginal_logpdf_observed" })
        {
            c.Skip(field);
        }
    });

    [Fact]
    public void Leave_one_out_scores_match() => VectorFile.Check(File, "conditional_outlier", c =>
    {
        MultivariateGaussian joint = One(c);
        var others = new LeaveOneOut(joint);
        double[] predicted = new double[joint.Dimension], scores = new double[joint.Dimension];
        others.Predict(c.Numbers("x"), predicted, scores);
        c.Check("pred_mean", predicted);
        c.Check("pred_var", [.. Enumerable.Range(0, joint.Dimension).Select(others.Variance)]);
        c.Check("z", scores);
    });

    private static MultivariateGaussian One(VectorCase c) => new(c.Numbers("mean"), c.Numbers("cov"));

    private static MultivariateGaussian[] Parts(VectorCase c) => [.. c.Rows("means").Zip(c.Rows("covs"), (m, cov) => new MultivariateGaussian(m, cov))];

    private static void Compare(VectorCase c, MultivariateGaussian gaussian)
    {
        c.Check("mean", gaussian.Mean);
        c.Check("cov", gaussian.Covariance);
    }
}
