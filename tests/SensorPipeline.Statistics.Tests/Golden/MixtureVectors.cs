using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Mixtures;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class MixtureVectors
{
    [Fact]
    public void Densities_responsibilities_and_a_pass_match() => VectorFile.Check("gmm.json", "gmm", c =>
    {
        double[] weights = c.Numbers("weights"), means = c.Numbers("means"), x = c.Numbers("x");
        int d = means.Length / weights.Length, n = x.Length / d;
        CovarianceShape shape = Enum.Parse<CovarianceShape>(c.Text("covariance_type") == "diag" ? "Diagonal" : c.Text("covariance_type"), ignoreCase: true);
        var mixture = new GaussianMixture(weights, means, Expand(c.Numbers("covariances"), weights.Length, d, shape));
        double[] logs = new double[n], responsibilities = new double[n * weights.Length];
        MixtureFit.Evaluate(x, mixture, logs, responsibilities);
        c.Check("log_prob", logs);
        c.Check("responsibilities", responsibilities);
        c.Check("log_prob", [.. Enumerable.Range(0, n).Select(i => mixture.LogDensity(x.AsSpan(i * d, d)))]);
        Criteria(c, weights.Length, d, n, shape, logs.Sum(), MixtureFit.Entropy(responsibilities));
        (GaussianMixture next, double before) = MixtureFit.Step(x, mixture, shape, c.Number("reg_covar"));
        c.CheckAgainst("total_loglik", c.Expected("total_loglik"), before);
        c.Check("em_weights", next.MixingWeights);
        c.Check("em_means", next.Means);
        c.Check("em_covariances", Shrink(next, shape));
        c.Check("em_total_loglik", MixtureFit.Step(x, next, shape, 0).LogLikelihood);
    });

    [Fact]
    public void Component_matching_matches() => VectorFile.Check("gmm.json", "matching", c =>
    {
        GaussianMixture old = Mixture(c, "old"), next = Mixture(c, "new");
        Compare(c, old, next, "bhattacharyya", "bhattacharyya", GaussianDistance.Bhattacharyya);
        Compare(c, old, next, "wasserstein2_sq", "wasserstein", GaussianDistance.SquaredWasserstein);
    });

    [Fact]
    public void Combining_components_matches() => VectorFile.Check("gmm.json", "moment_merge", c =>
    {
        double[] weights = c.Numbers("weights");
        MultivariateGaussian[] parts = [.. c.Rows("means").Zip(c.Rows("covs"), (m, cov) => new MultivariateGaussian(m, cov))];
        (double weight, MultivariateGaussian both) = MixtureMoves.Combine(weights[0], parts[0], weights[1], parts[1]);
        c.Check("weight", weight);
        c.Check("mean", both.Mean);
        c.Check("cov", both.Covariance);
        c.Check("kl_upper_bound", MixtureMoves.CombinationCost(weights[0], parts[0], weights[1], parts[1]));
    });

    [Fact]
    public void Stepwise_learning_matches() => VectorFile.Check("gmm.json", "stepwise_em", c =>
    {
        var start = new GaussianMixture(c.Numbers("weights"), c.Numbers("means"), c.Numbers("covariances"));
        var stepwise = new StepwiseMixture(start, c.Number("reg_covar"));
        double[] logs = [.. c.Rows("x").Select((x, t) => stepwise.Observe(x, StepwiseMixture.Gain(t, c.Number("t0"), c.Number("kappa"))))];
        c.Check("log_prob", logs);
        GaussianMixture learned = stepwise.ToMixture();
        c.Check("weights", learned.MixingWeights);
        c.Check("means", learned.Means);
        c.Check("covariances", learned.Covariances);
    });

    [Fact]
    public void A_pass_of_the_Student_mixture_matches() => VectorFile.Check("gmm.json", "t_mixture_em", c =>
    {
        MultivariateGaussian[] parts = [.. c.Rows("means").Zip(c.Rows("scale_matrices"), (m, s) => new MultivariateGaussian(m, s))];
        var mixture = new StudentMixture(c.Numbers("weights"), parts, c.Numbers("nu"));
        double[][] rows = c.Rows("x");
        double[][] shares = [.. rows.Select(_ => new double[mixture.Components])];
        c.Check("log_prob", [.. rows.Select((x, i) => mixture.Responsibilities(x, shares[i]))]);
        c.Check("responsibilities", [.. shares.SelectMany(r => r)]);
        c.Check("u", [.. rows.SelectMany(x => Enumerable.Range(0, mixture.Components).Select(k => mixture.DataWeight(k, x)))]);
        StudentMixture next = mixture.Step(c.Numbers("x")).Next;
        c.Check("em_weights", next.MixingWeights);
        c.Check("em_means", [.. Enumerable.Range(0, next.Components).SelectMany(k => next.Component(k).Mean.ToArray())]);
        c.Check("em_scale_matrices", [.. Enumerable.Range(0, next.Components).SelectMany(k => next.Component(k).Covariance.ToArray())]);
        c.Check("em_nu", next.DegreesOfFreedom);
    });

    private static void Compare(VectorCase c, GaussianMixture old, GaussianMixture next, string table, string name, Func<MultivariateGaussian, MultivariateGaussian, double> distance)
    {
        double[,] distances = ComponentMatching.Distances(old, next, distance);
        c.Check(table, [.. distances.Cast<double>()]);
        int[] assignment = ComponentMatching.Assign(distances);
        c.Check("assignment_" + name, [.. assignment.Select(i => (double)i)]);
        c.Check("cost_" + name, assignment.Select((j, i) => distances[i, j]).Sum());
    }

    private static GaussianMixture Mixture(VectorCase c, string prefix)
    {
        int components = c.Rows(prefix + "_means").Length;
        double[] weights = new double[components];
        Array.Fill(weights, 1.0 / components);
        return new(weights, c.Numbers(prefix + "_means"), c.Numbers(prefix + "_covs"));
    }

    private static void Criteria(VectorCase c, int components, int d, int n, CovarianceShape shape, double log, double entropy)
    {
        int parameters = InformationCriterion.Parameters(components, d, shape);
        double bayesian = InformationCriterion.Bayesian(log, parameters, n);
        c.Check("total_loglik", log);
        c.Check("n_parameters", parameters);
        c.Check("bic", bayesian);
        c.Check("aic", InformationCriterion.Akaike(log, parameters));
        c.Check("icl_entropy", entropy);
        c.Check("icl", InformationCriterion.IntegratedCompleted(bayesian, entropy));
    }

    private static double[] Expand(double[] covariances, int components, int d, CovarianceShape shape)
    {
        double[] full = new double[components * d * d];
        for (int k = 0; k < components; k++)
        {
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                {
                    full[(((k * d) + i) * d) + j] = shape switch
                    {
                        CovarianceShape.Full => covariances[(((k * d) + i) * d) + j],
                        CovarianceShape.Tied => covariances[(i * d) + j],
                        CovarianceShape.Diagonal => i == j ? covariances[(k * d) + i] : 0,
                        _ => i == j ? covariances[k] : 0,
                    };
                }
            }
        }

        return full;
    }

    private static double[] Shrink(GaussianMixture mixture, CovarianceShape shape)
    {
        int d = mixture.Dimension;
        return shape switch
        {
            CovarianceShape.Full => mixture.Covariances.ToArray(),
            CovarianceShape.Tied => mixture.Covariance(0).ToArray(),
            CovarianceShape.Diagonal => [.. Enumerable.Range(0, mixture.Components).SelectMany(k => Enumerable.Range(0, d).Select(i => mixture.Covariance(k)[(i * d) + i]))],
            _ => [.. Enumerable.Range(0, mixture.Components).Select(k => mixture.Covariance(k)[0])],
        };
    }
}
