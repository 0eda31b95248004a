using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// A mixture that learns row by row between refits: stepwise expectation maximisation in centred form. With responsibility r and gain γ: πₖ += γ(r − πₖ), a = γr/πₖ, m += a·d, C = (1−a)(C + a·d·dᵀ).
/// The raw second moments of the textbook give negative variances at large offsets; these do not. Reference: Cappé and Moulines (2009), γ = (t+t₀)^−κ, κ in (½, 1]; a floor under γ follows drift.
/// <para>A mean is kept as the sum of two numbers, so that an offset costs the covariances no digits. Observing allocates nothing. A component whose share falls below the least is frozen.
/// State: 1 + 2d + 2d² numbers a component.</para>
/// </summary>
public sealed class StepwiseMixture : IRestorable
{
    private readonly int d;
    private readonly double regularization;
    private readonly double[] weights;
    private readonly double[] means;
    private readonly double[] lows;
    private readonly double[] covariances;
    private readonly double[] factors;
    private readonly double[] logConstants;
    private readonly double[] responsibilities;
    private readonly double[] work;
    private bool learned;

    /// <summary>Starts from a mixture.</summary>
    /// <param name="start">The mixture.</param>
    /// <param name="regularization">Added to the variances when they are used, never to what is learned; squared units of the data.</param>
    public StepwiseMixture(GaussianMixture start, double regularization)
    {
        d = start.Dimension;
        this.regularization = regularization;
        weights = start.MixingWeights.ToArray();
        means = start.Means.ToArray();
        lows = new double[means.Length];
        covariances = start.Covariances.ToArray();
        factors = new double[covariances.Length];
        logConstants = new double[weights.Length];
        responsibilities = new double[weights.Length];
        work = new double[d];
        for (int k = 0; k < weights.Length; k++)
        {
            Factor(k, added: 0);
        }
    }

    /// <summary>A component whose share is less learns nothing more.</summary>
    public double LeastShare { get; init; }

    /// <summary>Shares of the components for the last row.</summary>
    public ReadOnlySpan<double> Responsibilities => responsibilities;

    /// <summary>Gain of the t-th row, (t + t₀)^−κ.</summary>
    /// <param name="t">Rows before, from 0.</param>
    /// <param name="delay">t₀.</param>
    /// <param name="exponent">κ.</param>
    public static double Gain(double t, double delay, double exponent) => Math.Pow(t + delay, -exponent);

    /// <summary>Takes in a row.</summary>
    /// <param name="x">d numbers.</param>
    /// <param name="gain">γ in (0,1); 0 only asks.</param>
    /// <returns>ln of the density at the row before it was learned; nothing is learned where that is not finite.</returns>
    public double Observe(ReadOnlySpan<double> x, double gain)
    {
        for (int k = 0; k < weights.Length; k++)
        {
            Deviate(k, x);
            Cholesky.SolveLower(Block(factors, k), work);
            double distance = 0;
            foreach (double v in work)
            {
                distance += v * v;
            }

            responsibilities[k] = logConstants[k] - (0.5 * distance);
        }

        double log = SpecialFunctions.LogSumExp(responsibilities);
        learned |= double.IsFinite(log);
        for (int k = 0; k < weights.Length && double.IsFinite(log); k++)
        {
            responsibilities[k] = Math.Exp(responsibilities[k] - log);
            Learn(k, x, gain);
        }

        return log;
    }

    /// <summary>The mixture as learned, regularised.</summary>
    public GaussianMixture ToMixture()
    {
        double[] regularized = [.. covariances];
        for (int k = 0; k < weights.Length; k++)
        {
            for (int i = 0; i < d; i++)
            {
                regularized[(((k * d) + i) * d) + i] += regularization;
            }
        }

        double sum = weights.Sum();
        return new([.. weights.Select(w => w / sum)], means, regularized);
    }

    /// <inheritdoc/>
    public int SnapshotLength => 1 + weights.Length + means.Length + lows.Length + covariances.Length + responsibilities.Length;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        state[0] = learned ? 1 : 0;
        weights.CopyTo(state = state[1..]);
        means.CopyTo(state = state[weights.Length..]);
        lows.CopyTo(state = state[means.Length..]);
        covariances.CopyTo(state = state[lows.Length..]);
        responsibilities.CopyTo(state[covariances.Length..]);
    }

    /// <summary>Takes the parameters of a snapshot and factors them again. The number of components and channels and the regularisation are those of this mixture.</summary>
    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        SnapshotState.RequireLength(state, state.Length == SnapshotLength);
        int k = weights.Length;
        bool regularized = SnapshotState.Whole(state[0], 0, 1, "an unknown mark") > 0;
        ReadOnlySpan<double> parameters = state[1..^k];
        SnapshotState.RequireFinite(parameters, "parameters that are not finite");
        SnapshotState.Require(parameters[..k].IndexOfAnyExceptInRange(0.0, 1.0) < 0 && parameters[..k].ContainsAnyExcept(0.0), "shares out of range");
        for (int i = 0; i < k; i++)
        {
            SnapshotState.Require(IsProper(parameters.Slice(k + (2 * means.Length) + (i * d * d), d * d)), "a covariance that is none");
        }

        learned = regularized;
        parameters[..k].CopyTo(weights);
        parameters.Slice(k, means.Length).CopyTo(means);
        parameters.Slice(k + means.Length, lows.Length).CopyTo(lows);
        parameters[(k + means.Length + lows.Length)..].CopyTo(covariances);
        state[^k..].CopyTo(responsibilities);
        for (int i = 0; i < k; i++)
        {
            Factor(i, learned ? regularization : 0);
        }
    }

    private void Learn(int k, ReadOnlySpan<double> x, double gain)
    {
        weights[k] += gain * (responsibilities[k] - weights[k]);
        if (gain > 0 && weights[k] > LeastShare)
        {
            double a = gain * responsibilities[k] / weights[k];
            Deviate(k, x);
            Span<double> covariance = Block(covariances, k);
            for (int i = 0; i < d; i++)
            {
                (means[(k * d) + i], lows[(k * d) + i]) = Moments.HighLow.Add(means[(k * d) + i], lows[(k * d) + i], a * work[i]);
                for (int j = 0; j <= i; j++)
                {
                    double value = (1 - a) * (covariance[(i * d) + j] + (a * work[i] * work[j]));
                    covariance[(i * d) + j] = covariance[(j * d) + i] = value;
                }
            }
        }

        Factor(k, regularization);
    }

    private void Deviate(int k, ReadOnlySpan<double> x)
    {
        for (int i = 0; i < d; i++)
        {
            work[i] = x[i] - means[(k * d) + i] - lows[(k * d) + i];
        }
    }

    /// <summary>Whether a covariance is one once it is regularised, as all are that were learned.</summary>
    private bool IsProper(ReadOnlySpan<double> covariance) => TryFactor(covariance, regularization, new double[d * d]);

    private bool TryFactor(ReadOnlySpan<double> covariance, double added, Span<double> factor)
    {
        covariance.CopyTo(factor);
        for (int i = 0; i < d; i++)
        {
            factor[(i * d) + i] += added;
        }

        return Cholesky.TryFactor(factor, factor, d);
    }

    private void Factor(int k, double added)
    {
        Span<double> factor = Block(factors, k);
        logConstants[k] = TryFactor(Block(covariances, k), added, factor) && weights[k] > 0
            ? Math.Log(weights[k]) - (0.5 * Cholesky.LogDeterminant(factor, d)) - (d * SpecialFunctions.LogRootTwoPi)
            : double.NegativeInfinity;
    }

    private Span<double> Block(double[] all, int k) => all.AsSpan(k * d * d, d * d);
}
