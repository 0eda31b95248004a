using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// One channel of a Gaussian mixture: Σ πₖ N(mₖ, σₖ²), which may be skewed and have several modes. Quantiles by bisection of the distribution function, which is monotone.
/// </summary>
public sealed class ScalarMixture
{
    private readonly double[] weights;
    private readonly Normal[] components;

    /// <summary>The law of one channel.</summary>
    /// <param name="mixture">The mixture.</param>
    /// <param name="channel">Which channel.</param>
    public ScalarMixture(GaussianMixture mixture, int channel)
    {
        int d = mixture.Dimension;
        weights = mixture.MixingWeights.ToArray();
        components = [.. Enumerable.Range(0, weights.Length).Select(k => new Normal(mixture.Mean(k)[channel], Math.Sqrt(mixture.Covariance(k)[(channel * d) + channel])))];
        for (int k = 0; k < weights.Length; k++)
        {
            Mean += weights[k] * components[k].Mean;
        }

        for (int k = 0; k < weights.Length; k++)
        {
            double deviation = components[k].Mean - Mean;
            Variance += weights[k] * (components[k].Variance + (deviation * deviation));
        }
    }

    /// <summary>Its mean.</summary>
    public double Mean { get; }

    /// <summary>Its variance: within the components and between them.</summary>
    public double Variance { get; }

    /// <summary>The density.</summary>
    /// <param name="x">Where.</param>
    public double Density(double x) => Sum(component => Math.Exp(component.LogDensity(x)));

    /// <summary>P(X ≤ x).</summary>
    /// <param name="x">Where.</param>
    public double CumulativeProbability(double x) => Sum(component => component.CumulativeProbability(x));

    /// <summary>P(X &gt; x).</summary>
    /// <param name="x">Where.</param>
    public double SurvivalProbability(double x) => Sum(component => component.SurvivalProbability(x));

    /// <summary>The x that is not exceeded with this probability.</summary>
    /// <param name="probability">In (0, 1).</param>
    public double Quantile(double probability)
    {
        // A quantile of the whole lies between those of the parts.
        double low = components.Min(component => component.Quantile(probability));
        double high = components.Max(component => component.Quantile(probability));
        for (double middle = 0.5 * (low + high); middle > low && middle < high; middle = 0.5 * (low + high))
        {
            (low, high) = CumulativeProbability(middle) < probability ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The range that holds this share, with as much below it as above.</summary>
    /// <param name="coverage">In (0, 1).</param>
    public (double Lower, double Upper) Interval(double coverage) =>
        (Quantile(0.5 * (1 - coverage)), Quantile(0.5 * (1 + coverage)));

    private double Sum(Func<Normal, double> of)
    {
        double sum = 0;
        for (int k = 0; k < weights.Length; k++)
        {
            sum += weights[k] * of(components[k]);
        }

        return sum;
    }
}
