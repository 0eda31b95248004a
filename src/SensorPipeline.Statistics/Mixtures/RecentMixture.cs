using SensorPipeline.Statistics.Gaussians;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// A mixture fitted to a window of rows, brought to the window's end. Components keep the whole window's evidence of their shape, while what has changed within it is taken from its end:
/// <list type="bullet">
/// <item>Shares: where two parts of the window are better explained by shares of their own, by more than the Bayesian criterion asks, those of the later part hold, and a component without a part in it
/// is gone. The evidence counts for less where rows in succession come from the same component, as a group that dwells in its regimes would otherwise forget the one it left.</item>
/// <item>Means: a component whose rows move along a line by more than the criterion asks gets the mean at its last rows and the covariance about the line.</item>
/// </list>
/// </summary>
public sealed class RecentMixture
{
    private const int Parts = 20;
    private const int ShareRounds = 12;
    private const int FinalShareRounds = 60;
    private const int LeastRows = 60;

    private readonly int d;
    private readonly int n;
    private readonly int components;
    private readonly double[] rows;
    private readonly GaussianMixture whole;
    private readonly EllipticalLaw law;
    private readonly double[] shares;
    private readonly double[] densities;

    private RecentMixture(double[] rows, GaussianMixture whole, double degreesOfFreedom)
    {
        (this.rows, this.whole, d, components) = (rows, whole, whole.Dimension, whole.Components);
        n = rows.Length / d;
        shares = new double[n * components];
        law = new EllipticalLaw(degreesOfFreedom, d);
        MixtureFit.Evaluate(rows, whole, new double[n], shares, degreesOfFreedom);
        // Densities of the components up to a factor a row, which no comparison of shares sees.
        densities = new double[shares.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            densities[i] = shares[i] / whole.MixingWeights[i % components];
        }

        Independence = MeasureIndependence();
        Weights = whole.MixingWeights.ToArray();
    }

    /// <summary>First row of the part of the window whose shares hold; 0 where they have not changed.</summary>
    public int ChangedAt { get; private set; }

    /// <summary>Share of the rows that count as independent draws of a component: (1 − ρ)/(1 + ρ), with ρ from how often neighbours share one beyond chance.</summary>
    public double Independence { get; }

    /// <summary>Gain of letting shares change, in units of the criterion.</summary>
    public double Gain { get; private set; }

    /// <summary>Shares at the window's end, one a component of the whole, 0 for one that is gone.</summary>
    public double[] Weights { get; private set; }

    /// <summary>Whether a component moves.</summary>
    public bool Moves { get; private set; }

    /// <summary>The mixture at the window's end.</summary>
    public GaussianMixture Mixture { get; private set; } = null!;

    /// <summary>Brings a mixture to the end of the window it was fitted to.</summary>
    /// <param name="rows">n×d, row-major, oldest first, NaN where missing.</param>
    /// <param name="whole">The fit.</param>
    /// <param name="degreesOfFreedom">ν of its components; +∞ of Gaussian ones.</param>
    public static RecentMixture Of(double[] rows, GaussianMixture whole, double degreesOfFreedom = double.PositiveInfinity)
    {
        var recent = new RecentMixture(rows, whole, degreesOfFreedom);
        if (whole.Components > 1)
        {
            recent.FollowShares();
        }

        recent.Mixture = recent.FollowMeans();
        return recent;
    }

    private double MeasureIndependence()
    {
        double same = 0, chance = 0;
        for (int i = components; i < shares.Length; i++)
        {
            same += shares[i] * shares[i - components];
        }

        foreach (double w in whole.MixingWeights)
        {
            chance += w * w;
        }

        double correlation = ((same / Math.Max(n - 1, 1)) - chance) / (1 - chance);
        return correlation > 2 / Math.Sqrt(n) ? (1 - Math.Min(correlation, 1)) / (1 + correlation) : 1;
    }

    private void FollowShares()
    {
        while (n - ChangedAt >= 2 * LeastRows && BestChange() is { At: > 0 } change)
        {
            if (ChangedAt == 0)
            {
                Gain = change.Gain;
            }

            ChangedAt = change.At;
        }

        if (ChangedAt > 0)
        {
            Fit(ChangedAt, n, FinalShareRounds, Weights);
            RemoveGone();
        }
    }

    private (int At, double Gain) BestChange()
    {
        double[] former = new double[components], later = new double[components], both = [.. Weights];
        double together = Fit(ChangedAt, n, ShareRounds, both);
        (int At, double Gain) most = (0, 0);
        double penalty = ((components - 1) * Math.Log(n - ChangedAt)) + (2 * Math.Log(Parts));
        int step = Math.Max((n - ChangedAt) / Parts, 1);
        for (int at = ChangedAt + step; at <= n - step; at += step)
        {
            both.CopyTo(former, 0);
            both.CopyTo(later, 0);
            double apart = Fit(ChangedAt, at, ShareRounds, former) + Fit(at, n, ShareRounds, later);
            double gain = (2 * (apart - together) * Independence) - penalty;
            most = gain > most.Gain && n - at >= LeastRows ? (at, gain) : most;
        }

        return most;
    }

    /// <summary>Shares that explain a part best, by expectation maximisation with the components as they are; returns the log likelihood up to a constant a row.</summary>
    private double Fit(int from, int to, int rounds, double[] weights)
    {
        double[] sums = new double[components];
        double log = 0;
        for (int round = 0; round < rounds; round++)
        {
            Array.Clear(sums);
            log = 0;
            for (int i = from; i < to; i++)
            {
                ReadOnlySpan<double> density = densities.AsSpan(i * components, components);
                double sum = 0;
                for (int k = 0; k < components; k++)
                {
                    sum += weights[k] * density[k];
                }

                // A row that nothing with a share explains says nothing of the shares.
                sum = Math.Max(sum, 1e-300);
                log += Math.Log(sum);
                for (int k = 0; k < components; k++)
                {
                    sums[k] += weights[k] * density[k] / sum;
                }
            }

            double total = Math.Max(sums.Sum(), double.Epsilon);
            for (int k = 0; k < components; k++)
            {
                weights[k] = sums[k] / total;
            }
        }

        return log;
    }

    /// <summary>A component is gone where the later part is explained as well without it.</summary>
    private void RemoveGone()
    {
        double penalty = Math.Log(n - ChangedAt);
        double full = Fit(ChangedAt, n, 1, [.. Weights]);
        foreach (int k in Enumerable.Range(0, components).OrderBy(k => Weights[k]).Take(components - 1).ToArray())
        {
            double[] without = [.. Weights];
            without[k] = 0;
            double left = without.Sum();
            if (left <= 0)
            {
                return;
            }

            without = [.. without.Select(w => w / left)];
            double log = Fit(ChangedAt, n, ShareRounds, without);
            if (2 * (full - log) * Independence >= penalty)
            {
                continue;
            }

            (Weights, full) = (without, log);
        }
    }

    /// <summary>A row far out in a fat tail says as little of where its component moves as of where it is.</summary>
    private void DiscountTails()
    {
        for (int k = 0; k < components && !law.IsGaussian; k++)
        {
            MultivariateGaussian component = whole.Component(k);
            for (int i = 0; i < n; i++)
            {
                ReadOnlySpan<double> row = rows.AsSpan(i * d, d);
                shares[(i * components) + k] *= MissingPattern.IsIncomplete(row) ? 1 : law.DataWeight(component.SquaredMahalanobisDistance(row), d);
            }
        }
    }

    private GaussianMixture FollowMeans()
    {
        int[] kept = [.. Enumerable.Range(0, components).Where(k => Weights[k] > 0)];
        DiscountTails();
        double[] means = new double[kept.Length * d], covariances = new double[kept.Length * d * d];
        for (int a = 0; a < kept.Length; a++)
        {
            Span<double> mean = means.AsSpan(a * d, d), covariance = covariances.AsSpan(a * d * d, d * d);
            whole.Mean(kept[a]).CopyTo(mean);
            whole.Covariance(kept[a]).CopyTo(covariance);
            Moves |= new ComponentTrend(rows, d, shares, components, kept[a], mean).TryFollow(mean, covariance);
        }

        double sum = kept.Sum(k => Weights[k]);
        return new([.. kept.Select(k => Weights[k] / sum)], means, covariances);
    }
}
