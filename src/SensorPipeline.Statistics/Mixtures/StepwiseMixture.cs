using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Statistics.Linear;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// A mixture that learns row by row between refits: stepwise expectation maximisation in centred form. With responsibility r and gain γ: πₖ += γ(r − πₖ), a = γr/πₖ, m += a·d, C = (1−a)(C + a·d·dᵀ).
/// The raw second moments of the textbook give negative variances at large offsets; these do not, and means are kept as distances from an origin among them, so that an offset costs the covariances no
/// digits. Rows may be learned a few at a time, which costs one factorisation for all of them. With finite degrees of freedom components are Student's, their covariances scale matrices, and a row's
/// d and d·dᵀ count for u = (ν+d)/(ν+δ), whose mean is one.
/// Reference: Cappé and Moulines (2009), γ = (t+t₀)^−κ, κ in (½, 1]; a floor under γ follows drift.
/// <para>A row may have missing channels, NaN: it is judged by those it has, and the others are learned as expected given them. Asking and learning allocate nothing. A component whose share
/// falls below the least is frozen.</para>
/// </summary>
public sealed class StepwiseMixture : IRestorable
{
    private const double Negligible = 1e-12;
    private const int Marks = 3;

    private readonly int d;
    private readonly double[] regularization;
    private readonly double[] weights;
    private readonly double[] origin;
    private readonly double[] means;
    private readonly double[] covariances;
    private readonly double[] responsibilities;
    private readonly double[] distances;
    private readonly double[] counts;
    private readonly double[] firsts;
    private readonly double[] seconds;
    private readonly double[] row;
    private readonly double[] work;
    private readonly double[] matrix;
    private readonly ComponentLanes lanes;
    private readonly MissingPattern pattern;
    private readonly EllipticalLaw law;
    private bool isIncomplete;
    private int learned;
    private int waiting;
    private double retained = 1;

    /// <summary>Starts from a mixture.</summary>
    /// <param name="start">The mixture.</param>
    /// <param name="regularization">Added to the variances when they are used, never to what is learned; squared units of the data.</param>
    public StepwiseMixture(GaussianMixture start, double regularization)
        : this(start, [.. Enumerable.Repeat(regularization, start.Dimension)])
    {
    }

    /// <summary>Starts from a mixture.</summary>
    /// <param name="start">The mixture.</param>
    /// <param name="regularization">d; the same for each channel.</param>
    /// <param name="degreesOfFreedom">ν of all components; +∞ for Gaussian ones.</param>
    public StepwiseMixture(GaussianMixture start, ReadOnlySpan<double> regularization, double degreesOfFreedom = double.PositiveInfinity)
    {
        d = start.Dimension;
        law = new EllipticalLaw(degreesOfFreedom, d);
        this.regularization = regularization.ToArray();
        weights = start.MixingWeights.ToArray();
        origin = new double[d];
        means = start.Means.ToArray();
        covariances = start.Covariances.ToArray();
        responsibilities = new double[weights.Length];
        distances = new double[weights.Length];
        counts = new double[weights.Length];
        firsts = new double[means.Length];
        seconds = new double[covariances.Length];
        row = new double[d];
        work = new double[d];
        matrix = new double[d * d];
        lanes = new ComponentLanes(weights.Length, d);
        pattern = new MissingPattern(weights.Length, d);
        TakeOrigin();
        Factor();
    }

    /// <summary>A component whose share is less learns nothing more.</summary>
    public double LeastShare { get; init; }

    /// <summary>How many rows are learned together.</summary>
    public int RowsPerStep { get; init; } = 1;

    /// <summary>Number of components, K.</summary>
    public int Components => weights.Length;

    /// <summary>Number of channels, d.</summary>
    public int Dimension => d;

    /// <summary>ν of the components; +∞ of Gaussian ones.</summary>
    public double DegreesOfFreedom => law.DegreesOfFreedom;

    /// <summary>Weights of the components as learned.</summary>
    public ReadOnlySpan<double> MixingWeights => weights;

    /// <summary>What is added to each channel's variances.</summary>
    public ReadOnlySpan<double> Regularization => regularization;

    /// <summary>Shares of the components for the last row.</summary>
    public ReadOnlySpan<double> Responsibilities => responsibilities;

    /// <summary>
    /// Probability, under the mixture, of a row as far from the components that explain it: Σ rₖ·P(δ &gt; M²ₖ) in as many channels as the last row had. Exact where components do not overlap, on the safe
    /// side where they do.
    /// </summary>
    public double TailProbability
    {
        get
        {
            double sum = 0;
            for (int k = 0; k < weights.Length; k++)
            {
                sum += responsibilities[k] > Negligible ? responsibilities[k] * law.SurvivalProbability(distances[k], Observed) : 0;
            }

            return Math.Min(sum, 1);
        }
    }

    /// <summary>Gain of the t-th row, (t + t₀)^−κ.</summary>
    /// <param name="t">Rows before, from 0.</param>
    /// <param name="delay">t₀.</param>
    /// <param name="exponent">κ.</param>
    public static double Gain(double t, double delay, double exponent) => Math.Pow(t + delay, -exponent);

    /// <summary>Responsibilities of the components for a row.</summary>
    /// <param name="x">d numbers, NaN where missing; at least one is there.</param>
    /// <returns>ln of the density of what is there.</returns>
    public double Ask(ReadOnlySpan<double> x)
    {
        isIncomplete = MissingPattern.IsIncomplete(x);
        Place(x);
        return isIncomplete ? AskIncomplete() : lanes.Ask(row, law, responsibilities, distances);
    }

    /// <summary>Learns the row that was asked about last.</summary>
    /// <param name="x">The same row, of finite density.</param>
    /// <param name="gain">γ in (0,1).</param>
    public void Learn(ReadOnlySpan<double> x, double gain)
    {
        Place(x);
        for (int k = 0; k < weights.Length; k++)
        {
            if (responsibilities[k] > Negligible)
            {
                Accumulate(k, responsibilities[k]);
            }
        }

        retained *= 1 - gain;
        if (++waiting >= RowsPerStep)
        {
            Step();
        }
    }

    /// <summary>Takes in a complete row. Of one with missing channels nothing is learned here: who has those asks and learns.</summary>
    /// <param name="x">d numbers.</param>
    /// <param name="gain">γ in (0,1); 0 only asks.</param>
    /// <returns>ln of the density at the row before it was learned; nothing is learned where that is not finite.</returns>
    public double Observe(ReadOnlySpan<double> x, double gain)
    {
        double log = Ask(x);
        if (double.IsFinite(log) && gain > 0 && !isIncomplete)
        {
            Learn(x, gain);
        }

        return log;
    }

    /// <summary>Learns the rows that wait for others now.</summary>
    public void Settle()
    {
        if (waiting > 0)
        {
            Step();
        }
    }

    /// <summary>The mixture as learned, regularised.</summary>
    public GaussianMixture ToMixture()
    {
        double[] regularized = [.. covariances];
        for (int i = 0; i < regularized.Length; i++)
        {
            regularized[i] += i % (d * d) % (d + 1) == 0 ? regularization[i % d] : 0;
        }

        double sum = weights.Sum();
        return new([.. weights.Select(w => w / sum)], [.. means.Select((mean, i) => origin[i % d] + mean)], regularized);
    }

    /// <inheritdoc/>
    public int SnapshotLength => 3 + d + (2 * (weights.Length + means.Length + covariances.Length)) + responsibilities.Length;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        (state[0], state[1], state[2]) = (learned, waiting, retained);
        state = state[Marks..];
        foreach (double[] part in Parts)
        {
            part.CopyTo(state);
            state = state[part.Length..];
        }
    }

    /// <summary>Takes the parameters of a snapshot and factors them again. The number of components and channels and the regularisation are those of this mixture.</summary>
    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        SnapshotState.RequireLength(state, state.Length == SnapshotLength);
        int steps = (int)SnapshotState.Whole(state[0], 0, 1, "an unknown mark");
        int rows = (int)SnapshotState.Whole(state[1], 0, Math.Max(RowsPerStep - 1, 0), "a step of another length");
        RequireProper(state, rows);
        (learned, waiting, retained) = (steps, rows, state[2]);
        state = state[Marks..];
        foreach (double[] part in Parts)
        {
            state[..part.Length].CopyTo(part);
            state = state[part.Length..];
        }

        Factor();
    }

    private int Observed => isIncomplete ? pattern.Observed : d;

    private double[][] Parts => [weights, origin, means, covariances, counts, firsts, seconds, responsibilities];

    private void RequireProper(ReadOnlySpan<double> state, int rows)
    {
        int k = weights.Length, sums = Marks + k + d + means.Length + covariances.Length;
        ReadOnlySpan<double> shares = state.Slice(Marks, k), given = state[(sums - covariances.Length)..sums], waits = state[sums..^k];
        SnapshotState.RequireFinite(state[2..^k], "parameters that are not finite");
        SnapshotState.Require(shares.IndexOfAnyExceptInRange(0.0, 1.0) < 0 && shares.ContainsAnyExcept(0.0), "shares out of range");
        SnapshotState.Require(state[2] is > 0 and <= 1 && (rows > 0 || state[2] == 1), "a step that retains what none does");
        SnapshotState.Require(waits[..k].IndexOfAnyExceptInRange(0.0, rows) < 0 && (rows > 0 || !waits.ContainsAnyExcept(0.0)), "sums that no rows have");
        for (int i = 0; i < k; i++)
        {
            SnapshotState.Require(Cholesky.TryFactor(Regularized(given.Slice(i * d * d, d * d)), new double[d * d], d), "a covariance that is none");
        }
    }

    private double AskIncomplete()
    {
        if (!pattern.Fits(row))
        {
            pattern.Take(row);
            for (int k = 0; k < weights.Length; k++)
            {
                pattern.Prepare(k, weights[k], Covariance(k));
            }
        }

        for (int k = 0; k < weights.Length; k++)
        {
            responsibilities[k] = pattern.LogDensity(k, row, Mean(k), out distances[k]) + law.Correction(distances[k], Observed);
        }

        double log = SpecialFunctions.LogSumExp(responsibilities);
        for (int k = 0; k < weights.Length; k++)
        {
            responsibilities[k] = Math.Exp(responsibilities[k] - log);
        }

        return log;
    }

    private void Accumulate(int k, double share)
    {
        Deviate(k);
        counts[k] += share;
        double weight = share * law.DataWeight(distances[k], Observed);
        Span<double> first = firsts.AsSpan(k * d, d), second = Block(seconds, k);
        ReadOnlySpan<double> hidden = isIncomplete ? pattern.Conditional(k) : [];
        for (int i = 0; i < d; i++)
        {
            double weighted = weight * work[i];
            first[i] += weighted;
            for (int j = 0; j <= i; j++)
            {
                second[(i * d) + j] += (weighted * work[j]) + (hidden.IsEmpty ? 0 : share * hidden[(i * d) + j]);
            }
        }
    }

    /// <summary>Blends what the waiting rows say into the parameters: a block of rows is to them what one row is.</summary>
    private void Step()
    {
        double gain = 1 - retained;
        for (int k = 0; k < weights.Length; k++)
        {
            weights[k] += gain * ((counts[k] / waiting) - weights[k]);
            if (weights[k] > LeastShare && counts[k] > 0)
            {
                Blend(k, Math.Min(gain * counts[k] / waiting / weights[k], 1));
            }
        }

        (waiting, retained, learned) = (0, 1, 1);
        Array.Clear(counts);
        Array.Clear(firsts);
        Array.Clear(seconds);
        Factor();
    }

    private void Blend(int k, double a)
    {
        Span<double> covariance = Block(covariances, k), second = Block(seconds, k), first = firsts.AsSpan(k * d, d);
        for (int i = 0; i < d; i++)
        {
            double shift = a * first[i] / counts[k];
            means[(k * d) + i] += shift;
            for (int j = 0; j <= i; j++)
            {
                double value = ((1 - a) * covariance[(i * d) + j]) + (a * second[(i * d) + j] / counts[k]) - (shift * a * first[j] / counts[k]);
                covariance[(i * d) + j] = covariance[(j * d) + i] = value;
            }
        }
    }

    private void Deviate(int k)
    {
        if (isIncomplete)
        {
            pattern.Deviate(k, row, Mean(k), work);
            return;
        }

        for (int i = 0; i < d; i++)
        {
            work[i] = row[i] - means[(k * d) + i];
        }
    }

    private void Factor()
    {
        pattern.Reset();
        for (int k = 0; k < weights.Length; k++)
        {
            lanes.TrySet(k, weights[k], Mean(k), Covariance(k));
        }
    }

    // The start is taken as it is.
    private ReadOnlySpan<double> Covariance(int k) => learned > 0 ? Regularized(Block(covariances, k)) : Block(covariances, k);

    private ReadOnlySpan<double> Regularized(ReadOnlySpan<double> covariance)
    {
        covariance.CopyTo(matrix);
        for (int i = 0; i < d; i++)
        {
            matrix[(i * d) + i] += regularization[i];
        }

        return matrix;
    }

    // The least of the means in size: where they are near each other distances from it lose nothing, and where they are not it is no further from any row than zero is.
    private void TakeOrigin()
    {
        for (int i = 0; i < d; i++)
        {
            origin[i] = means[i];
            for (int k = 1; k < weights.Length; k++)
            {
                origin[i] = double.MinMagnitude(origin[i], means[(k * d) + i]);
            }
        }

        for (int i = 0; i < means.Length; i++)
        {
            means[i] -= origin[i % d];
        }
    }

    private void Place(ReadOnlySpan<double> x)
    {
        for (int i = 0; i < d; i++)
        {
            row[i] = x[i] - origin[i];
        }
    }

    private ReadOnlySpan<double> Mean(int k) => means.AsSpan(k * d, d);

    private Span<double> Block(double[] all, int k) => all.AsSpan(k * d * d, d * d);
}
