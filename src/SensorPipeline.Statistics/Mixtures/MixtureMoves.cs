using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>Steps from a mixture to one with a component fewer or more.</summary>
public static class MixtureMoves
{
    /// <summary>Weight, mean and covariance of two weighted Gaussians together.</summary>
    /// <param name="weightA">Weight of the first.</param>
    /// <param name="a">The first.</param>
    /// <param name="weightB">Weight of the second.</param>
    /// <param name="b">The second.</param>
    public static (double Weight, MultivariateGaussian Gaussian) Combine(double weightA, MultivariateGaussian a, double weightB, MultivariateGaussian b)
    {
        int d = a.Dimension;
        double weight = weightA + weightB, share = weightB / weight;
        double[] mean = new double[d], covariance = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            mean[i] = a.Mean[i] + (share * (b.Mean[i] - a.Mean[i]));
            for (int j = 0; j < d; j++)
            {
                double between = share * (1 - share) * (b.Mean[i] - a.Mean[i]) * (b.Mean[j] - a.Mean[j]);
                covariance[(i * d) + j] = ((1 - share) * a.Covariance[(i * d) + j]) + (share * b.Covariance[(i * d) + j]) + between;
            }
        }

        return (weight, new(mean, covariance));
    }

    /// <summary>Runnalls' upper bound of what combining two components costs in Kullback–Leibler divergence: ½((w₁+w₂)ln|C₁₂| − w₁ln|C₁| − w₂ln|C₂|).</summary>
    /// <param name="weightA">Weight of the first.</param>
    /// <param name="a">The first.</param>
    /// <param name="weightB">Weight of the second.</param>
    /// <param name="b">The second.</param>
    public static double CombinationCost(double weightA, MultivariateGaussian a, double weightB, MultivariateGaussian b)
    {
        (double weight, MultivariateGaussian both) = Combine(weightA, a, weightB, b);
        return 0.5 * ((weight * both.LogDeterminant) - (weightA * a.LogDeterminant) - (weightB * b.LogDeterminant));
    }

    /// <summary>The mixture with the two components combined that cost least; null of a single one.</summary>
    /// <param name="mixture">The mixture.</param>
    public static GaussianMixture? Fewer(GaussianMixture mixture)
    {
        (int first, int second, double least) = (-1, -1, double.PositiveInfinity);
        for (int i = 0; i < mixture.Components; i++)
        {
            for (int j = i + 1; j < mixture.Components; j++)
            {
                double cost = CombinationCost(mixture.MixingWeights[i], mixture.Component(i), mixture.MixingWeights[j], mixture.Component(j));
                (first, second, least) = cost < least ? (i, j, cost) : (first, second, least);
            }
        }

        return first < 0 ? null : Combined(mixture, first, second);
    }

    /// <summary>The mixture with two of its components combined.</summary>
    /// <param name="mixture">The mixture.</param>
    /// <param name="first">The component replaced by both.</param>
    /// <param name="second">The component removed.</param>
    public static GaussianMixture Combined(GaussianMixture mixture, int first, int second)
    {
        (double weight, MultivariateGaussian both) =
            Combine(mixture.MixingWeights[first], mixture.Component(first), mixture.MixingWeights[second], mixture.Component(second));
        return Build(mixture, skip: second, replace: first, (weight, both.Mean.ToArray(), both.Covariance.ToArray()));
    }

    /// <summary>The mixture with one of its components split in two along its longest axis, half a standard deviation to each side.</summary>
    /// <param name="mixture">The mixture.</param>
    /// <param name="component">The component to split.</param>
    public static GaussianMixture Split(GaussianMixture mixture, int component)
    {
        int d = mixture.Dimension;
        double[] values = new double[d], vectors = new double[d * d];
        SymmetricEigen.Decompose(mixture.Covariance(component), values, vectors);
        double step = 0.5 * Math.Sqrt(values[0]);
        double[] left = mixture.Mean(component).ToArray(), right = mixture.Mean(component).ToArray(), covariance = mixture.Covariance(component).ToArray();
        for (int i = 0; i < d; i++)
        {
            left[i] -= step * vectors[i];
            right[i] += step * vectors[i];
            for (int j = 0; j < d; j++)
            {
                covariance[(i * d) + j] -= step * step * vectors[i] * vectors[j];
            }
        }

        double half = 0.5 * mixture.MixingWeights[component];
        return Build(mixture, skip: -1, replace: component, (half, left, covariance), (half, right, covariance));
    }

    /// <summary>The mixture with one component more, the others' weights reduced in proportion.</summary>
    /// <param name="mixture">The mixture.</param>
    /// <param name="weight">Weight of the new component, in (0,1).</param>
    /// <param name="component">The new component; it is the last.</param>
    public static GaussianMixture Added(GaussianMixture mixture, double weight, MultivariateGaussian component) => new(
        [.. mixture.MixingWeights.ToArray().Select(w => w * (1 - weight)), weight],
        [.. mixture.Means, .. component.Mean],
        [.. mixture.Covariances, .. component.Covariance]);

    /// <summary>The mixture without one of its components, the others' weights increased in proportion.</summary>
    /// <param name="mixture">The mixture, of two components at least.</param>
    /// <param name="component">The component to leave out.</param>
    public static GaussianMixture Without(GaussianMixture mixture, int component)
    {
        GaussianMixture rest = Build(mixture, skip: component, replace: -1);
        double sum = 0;
        foreach (double weight in rest.MixingWeights)
        {
            sum += weight;
        }

        return new([.. rest.MixingWeights.ToArray().Select(w => w / sum)], rest.Means, rest.Covariances);
    }

    private static GaussianMixture Build(GaussianMixture mixture, int skip, int replace, params ReadOnlySpan<(double Weight, double[] Mean, double[] Covariance)> parts)
    {
        List<double> weights = [], means = [], covariances = [];
        for (int k = 0; k < mixture.Components; k++)
        {
            if (k != skip && k != replace)
            {
                weights.Add(mixture.MixingWeights[k]);
                means.AddRange(mixture.Mean(k));
                covariances.AddRange(mixture.Covariance(k));
            }
        }

        foreach ((double weight, double[] mean, double[] covariance) in parts)
        {
            weights.Add(weight);
            means.AddRange(mean);
            covariances.AddRange(covariance);
        }

        return new([.. weights], [.. means], [.. covariances]);
    }
}
