using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Tails;

/// <summary>Generalised Pareto fits to excesses over a threshold; NaN for fewer than two or none that differ.</summary>
/// <param name="Distribution">The fit.</param>
/// <param name="LogLikelihood">Its log likelihood.</param>
public readonly record struct GeneralizedParetoFit(GeneralizedPareto Distribution, double LogLikelihood)
{
    /// <summary>Standard error of the maximum-likelihood shape, (1+γ)/√n.</summary>
    /// <param name="shape">γ.</param>
    /// <param name="count">Number of excesses.</param>
    public static double ShapeStandardError(double shape, double count) => (1 + shape) / Math.Sqrt(count);

    /// <summary>Method of moments, γ = (1 − m²/v)/2, σ = m(1 + m²/v)/2 with the population variance: for γ &lt; ¼, where it costs two sums.</summary>
    /// <param name="excesses">Finite excesses, 0 or more.</param>
    public static GeneralizedPareto ByMoments(ReadOnlySpan<double> excesses)
    {
        var moments = default(Moments.Moments);
        foreach (double y in excesses)
        {
            moments = moments.Observe(y);
        }

        return ByMoments(moments.Mean, moments.PopulationVariance);
    }

    /// <summary>Method of moments from the moments.</summary>
    /// <param name="mean">Mean excess.</param>
    /// <param name="variance">Population variance of the excesses.</param>
    public static GeneralizedPareto ByMoments(double mean, double variance)
    {
        double ratio = variance > 0 ? mean * (mean / variance) : double.NaN;
        return new(0.5 * (1 - ratio), 0.5 * mean * (1 + ratio));
    }

    /// <summary>Probability-weighted moments with plotting positions (i − 0.35)/n (Hosking and Wallis 1987): the best of small samples, for γ &lt; ½.</summary>
    /// <param name="excesses">Finite excesses, in any order.</param>
    public static GeneralizedPareto ByProbabilityWeightedMoments(ReadOnlySpan<double> excesses)
    {
        double n = excesses.Length;
        return ByWeightedMoments(excesses, rank => 1 - ((rank + 0.65) / n));
    }

    /// <summary>Unbiased L-moments, weights (n−i)/(n−1).</summary>
    /// <param name="excesses">Finite excesses, in any order.</param>
    public static GeneralizedPareto ByLMoments(ReadOnlySpan<double> excesses)
    {
        double n = excesses.Length;
        return ByWeightedMoments(excesses, rank => (n - 1 - rank) / (n - 1));
    }

    /// <summary>The exponential fit, γ = 0.</summary>
    /// <param name="excesses">Finite excesses, 0 or more.</param>
    public static GeneralizedParetoFit Exponential(ReadOnlySpan<double> excesses)
    {
        var fit = new GeneralizedPareto(0, Normal.Fit(excesses).Mean);
        return new(fit, LogLikelihoodOf(excesses, fit));
    }

    /// <summary>
    /// Maximum likelihood with γ &gt; −½, by Grimshaw's reduction to one variable θ = γ/σ: γ(θ) = mean ln(1 + θy), profile −n(ln(γ/θ) + γ + 1), maximised by a scan
    /// and golden section. Meant for 500 excesses or more.
    /// </summary>
    /// <param name="excesses">Finite excesses, 0 or more.</param>
    public static GeneralizedParetoFit ByMaximumLikelihood(ReadOnlySpan<double> excesses)
    {
        double mean = Normal.Fit(excesses).Mean;
        double largest = 0;
        foreach (double y in excesses)
        {
            largest = Math.Max(largest, y);
        }

        if (excesses.Length < 2 || !(largest > 0) || !double.IsFinite(mean))
        {
            return new(new(double.NaN, double.NaN), double.NaN);
        }

        GeneralizedPareto best = Search(excesses, mean, largest);
        return new(best, LogLikelihoodOf(excesses, best));
    }

    private static GeneralizedPareto ByWeightedMoments(ReadOnlySpan<double> excesses, Func<int, double> weight)
    {
        double[] sorted = excesses.ToArray();
        Array.Sort(sorted);
        double first = 0, second = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            first += sorted[i];
            second += weight(i) * sorted[i];
        }

        first /= sorted.Length;
        second /= sorted.Length;
        double scale = 2 * first * second / (first - (2 * second));
        return new(2 - (first / (first - (2 * second))), scale);
    }

    private static GeneralizedPareto Search(ReadOnlySpan<double> excesses, double mean, double largest)
    {
        // In s with θ = sinh-like spacing: from just inside −1/largest up to far beyond any sane tail, both sides of zero.
        const int Steps = 400;
        double bestValue = double.NegativeInfinity;
        int bestIndex = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double value = Profile(excesses, Theta(i / (double)Steps, mean, largest));
            if (value > bestValue)
            {
                (bestValue, bestIndex) = (value, i);
            }
        }

        double low = Math.Max(bestIndex - 1, 0) / (double)Steps, high = Math.Min(bestIndex + 1, Steps) / (double)Steps;
        for (int i = 0; i < 200 && high - low > 1e-16; i++)
        {
            // The sign of the profile's slope, which keeps its digits where the profile itself is flat.
            double middle = 0.5 * (low + high);
            if (Slope(excesses, Theta(middle, mean, largest)) > 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        double theta = Theta(0.5 * (low + high), mean, largest);
        double shape = MeanLog(excesses, theta);
        return Math.Abs(theta * mean) < 1e-14 ? new(0, mean) : new(shape, shape / theta);
    }

    /// <summary>θ runs from −1/largest (excluded) through 0 at one half to 1000/mean.</summary>
    private static double Theta(double position, double mean, double largest)
    {
        if (position < 0.5)
        {
            double u = (0.5 - position) * 2;
            return -(1 - 1e-9) * u * (2 - u) / largest;
        }

        double v = (position - 0.5) * 2;
        return SpecialFunctions.Expm1(v * Math.Log(1001)) / mean;
    }

    private static double MeanLog(ReadOnlySpan<double> excesses, double theta)
    {
        double sum = 0;
        foreach (double y in excesses)
        {
            sum += SpecialFunctions.Log1p(theta * y);
        }

        return sum / excesses.Length;
    }

    private static double Profile(ReadOnlySpan<double> excesses, double theta)
    {
        double shape = MeanLog(excesses, theta);
        double scale = theta == 0 ? Normal.Fit(excesses).Mean : shape / theta;
        return shape <= -0.5 ? double.NegativeInfinity : -Math.Log(scale) - shape - 1;
    }

    /// <summary>Derivative of the profile in θ over n: 1/θ − u(1 + 1/γ) with u = mean y/(1 + θy), by its limit at 0.</summary>
    private static double Slope(ReadOnlySpan<double> excesses, double theta)
    {
        double shape = MeanLog(excesses, theta);
        double u = 0, square = 0, mean = 0;
        foreach (double y in excesses)
        {
            u += y / (1 + (theta * y));
            square += y * y;
            mean += y;
        }

        double n = excesses.Length;
        u /= n;
        square /= n;
        mean /= n;
        return Math.Abs(theta * mean) < 1e-7
            ? (0.5 * square / mean) - mean
            : (1 / theta) - (u * (1 + (1 / shape)));
    }

    private static double LogLikelihoodOf(ReadOnlySpan<double> excesses, GeneralizedPareto fit)
    {
        double sum = 0;
        foreach (double y in excesses)
        {
            sum += fit.LogDensity(y);
        }

        return sum;
    }
}
