using SensorPipeline.Statistics.Gaussians;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// A mixture of multivariate Student-t components, for regimes with fat tails: choose it where its criterion beats the Gaussian's. One pass of expectation conditional maximisation: u = (ν+d)/(ν+M²),
/// m = Σr·u·x/Σr·u, C = Σr·u·d·dᵀ/Σr, and ν from −ψ(ν/2) + ln(ν/2) + 1 + mean_r(ln u − u) + ψ((ν₀+d)/2) − ln((ν₀+d)/2) = 0. Reference: Peel and McLachlan (2000).
/// </summary>
public sealed class StudentMixture
{
    private readonly double[] weights;
    private readonly double[] degreesOfFreedom;
    private readonly MultivariateGaussian[] components;

    /// <summary>A mixture from its parameters.</summary>
    /// <param name="weights">K shares that add to 1.</param>
    /// <param name="components">Mean and scale matrix of each component, as the mean and covariance of a Gaussian.</param>
    /// <param name="degreesOfFreedom">ν of each component.</param>
    public StudentMixture(ReadOnlySpan<double> weights, ReadOnlySpan<MultivariateGaussian> components, ReadOnlySpan<double> degreesOfFreedom)
    {
        this.weights = weights.ToArray();
        this.components = components.ToArray();
        this.degreesOfFreedom = degreesOfFreedom.ToArray();
    }

    /// <summary>Number of components, K.</summary>
    public int Components => weights.Length;

    /// <summary>Number of channels, d.</summary>
    public int Dimension => components[0].Dimension;

    /// <summary>Shares of the components.</summary>
    public ReadOnlySpan<double> MixingWeights => weights;

    /// <summary>ν of each component.</summary>
    public ReadOnlySpan<double> DegreesOfFreedom => degreesOfFreedom;

    /// <summary>Mean and scale matrix of a component.</summary>
    /// <param name="component">Which one.</param>
    public MultivariateGaussian Component(int component) => components[component];

    /// <summary>Weight u of a point in a component: near 1 in its body, small for an outlier.</summary>
    /// <param name="component">Which one.</param>
    /// <param name="x">d numbers.</param>
    public double DataWeight(int component, ReadOnlySpan<double> x) =>
        (degreesOfFreedom[component] + Dimension) / (degreesOfFreedom[component] + components[component].SquaredMahalanobisDistance(x));

    /// <summary>The probability of each component given a point, and the log density there.</summary>
    /// <param name="x">d numbers.</param>
    /// <param name="responsibilities">K; receives shares that add to 1.</param>
    /// <returns>ln of the density.</returns>
    public double Responsibilities(ReadOnlySpan<double> x, Span<double> responsibilities)
    {
        for (int k = 0; k < Components; k++)
        {
            responsibilities[k] = Math.Log(weights[k]) + components[k].LogStudentDensity(x, degreesOfFreedom[k]);
        }

        double log = SpecialFunctions.LogSumExp(responsibilities[..Components]);
        for (int k = 0; k < Components; k++)
        {
            responsibilities[k] = Math.Exp(responsibilities[k] - log);
        }

        return log;
    }

    /// <summary>One pass over a sample.</summary>
    /// <param name="rows">n×d, row-major, finite.</param>
    /// <returns>The next mixture and the log likelihood under this one.</returns>
    public (StudentMixture Next, double LogLikelihood) Step(ReadOnlySpan<double> rows)
    {
        int d = Dimension, n = rows.Length / d;
        double[] shares = new double[n * Components];
        double log = 0;
        for (int i = 0; i < n; i++)
        {
            log += Responsibilities(rows.Slice(i * d, d), shares.AsSpan(i * Components, Components));
        }

        double[] nextWeights = new double[Components], nextDegrees = new double[Components];
        var nextComponents = new MultivariateGaussian[Components];
        for (int k = 0; k < Components; k++)
        {
            (double count, nextComponents[k], nextDegrees[k]) = Maximize(k, rows, shares);
            nextWeights[k] = count / n;
        }

        return (new(nextWeights, nextComponents, nextDegrees), log);
    }

    private (double Count, MultivariateGaussian Component, double DegreesOfFreedom) Maximize(int k, ReadOnlySpan<double> rows, double[] shares)
    {
        int d = Dimension, n = rows.Length / d;
        double count = 0, total = 0, statistic = 0;
        double[] first = new double[d], second = new double[d * d], mean = components[k].Mean.ToArray();
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> x = rows.Slice(i * d, d);
            double r = shares[(i * Components) + k], u = DataWeight(k, x);
            count += r;
            total += r * u;
            statistic += r * (Math.Log(u) - u);
            for (int a = 0; a < d; a++)
            {
                first[a] += r * u * (x[a] - mean[a]);
                for (int b = 0; b < d; b++)
                {
                    second[(a * d) + b] += r * u * (x[a] - mean[a]) * (x[b] - mean[b]);
                }
            }
        }

        for (int a = 0; a < d; a++)
        {
            for (int b = 0; b < d; b++)
            {
                second[(a * d) + b] = (second[(a * d) + b] - (first[a] * first[b] / total)) / count;
            }
        }

        for (int a = 0; a < d; a++)
        {
            mean[a] += first[a] / total;
        }

        double half = 0.5 * (degreesOfFreedom[k] + d);
        return (count, new(mean, second), Solve(1 + (statistic / count) + SpecialFunctions.Digamma(half) - Math.Log(half)));
    }

    /// <summary>Root of ln(ν/2) − ψ(ν/2) + statistic = 0 within [0.1, 1000], by bisection in ln ν: the left side falls with ν.</summary>
    internal static double Solve(double statistic)
    {
        double low = Math.Log(0.1), high = Math.Log(1000);
        while (high - low > 1e-15)
        {
            double middle = 0.5 * (low + high), half = 0.5 * Math.Exp(middle);
            if (middle == low || middle == high)
            {
                break;
            }

            (low, high) = Math.Log(half) - SpecialFunctions.Digamma(half) + statistic > 0 ? (middle, high) : (low, middle);
        }

        return Math.Exp(0.5 * (low + high));
    }
}
