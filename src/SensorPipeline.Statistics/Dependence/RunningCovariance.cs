using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Dependence;

/// <summary>
/// Means and covariances of several channels read together, each row of a given weight, the past fading if wished: C += w·W/(W+w)·d·dᵀ about the old mean, the means kept as high and
/// low part. Observing, forgetting and merging happen in place, since d + d(d+1)/2 numbers are too many to copy for each row.
/// <para>Only rows that belong together in time: align channels first. With fewer than about 3d effective rows use <see cref="Shrunk"/> before inverting. A row with a number that is not
/// finite is left out. NaN until two rows have weight. State: d² + 2d + 3 doubles.</para>
/// </summary>
public sealed class RunningCovariance : IRestorable
{
    private readonly double[] high;
    private readonly double[] low;
    private readonly double[] products;

    /// <summary>Nothing observed yet.</summary>
    /// <param name="dimension">Number of channels.</param>
    public RunningCovariance(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        high = new double[dimension];
        low = new double[dimension];
        products = new double[dimension * dimension];
    }

    /// <summary>W² − W₂ as the sum it is, over pairs of rows: the difference has no digits when a gap has left the past next to nothing.</summary>
    private double pairWeight;

    /// <summary>Number of channels, d.</summary>
    public int Dimension => high.Length;

    /// <summary>Sum of the weights, W.</summary>
    public double Weight { get; private set; }

    /// <summary>Sum of the squared weights, W₂.</summary>
    public double SquaredWeight { get; private set; }

    /// <summary>W²/W₂; 0 before the first row.</summary>
    public double EffectiveSampleSize => Weight > 0 ? Weight * (Weight / SquaredWeight) : 0;

    /// <summary>Takes in a row.</summary>
    /// <param name="row">d numbers.</param>
    /// <param name="weight">Its weight, positive.</param>
    public void Observe(ReadOnlySpan<double> row, double weight = 1)
    {
        if (!(weight > 0) || !AllFinite(row))
        {
            return;
        }

        int d = Dimension;
        Span<double> deviation = d <= 64 ? stackalloc double[d] : new double[d];
        double total = Weight + weight, share = weight / total, scale = share * Weight;
        for (int i = 0; i < d; i++)
        {
            deviation[i] = row[i] - high[i] - low[i];
            (high[i], low[i]) = Moments.HighLow.Add(high[i], low[i], share * deviation[i]);
        }

        for (int i = 0; i < d; i++)
        {
            double scaled = scale * deviation[i];
            for (int j = 0; j <= i; j++)
            {
                products[(i * d) + j] += scaled * deviation[j];
            }
        }

        pairWeight += 2 * weight * Weight;
        Weight = total;
        SquaredWeight += weight * weight;
    }

    /// <summary>Weighs the past by a share.</summary>
    /// <param name="share">In [0,1].</param>
    public void Retain(double share)
    {
        Weight *= share;
        SquaredWeight *= share * share;
        pairWeight *= share * share;
        foreach (ref double product in products.AsSpan())
        {
            product *= share;
        }
    }

    /// <summary>Takes in all that another has observed.</summary>
    /// <param name="other">Of the same dimension; left as it is.</param>
    public void Merge(RunningCovariance other)
    {
        if (other.Weight == 0)
        {
            return;
        }

        int d = Dimension;
        double total = Weight + other.Weight, share = other.Weight / total, scale = share * Weight;
        double[] difference = new double[d];
        for (int i = 0; i < d; i++)
        {
            difference[i] = other.high[i] - high[i] + (other.low[i] - low[i]);
            (high[i], low[i]) = Weight == 0 ? (other.high[i], other.low[i]) : Moments.HighLow.Add(high[i], low[i], share * difference[i]);
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                products[(i * d) + j] += other.products[(i * d) + j] + (scale * difference[i] * difference[j]);
            }
        }

        pairWeight += other.pairWeight + (2 * Weight * other.Weight);
        Weight = total;
        SquaredWeight += other.SquaredWeight;
    }

    /// <summary>Writes the means.</summary>
    /// <param name="mean">d; NaN before the first row.</param>
    public void Mean(Span<double> mean)
    {
        for (int i = 0; i < Dimension; i++)
        {
            mean[i] = Weight > 0 ? high[i] + low[i] : double.NaN;
        }
    }

    /// <summary>Writes the covariances of the rows as a whole population, C/W.</summary>
    /// <param name="covariance">d×d.</param>
    public void PopulationCovariance(Span<double> covariance) => Write(covariance, Weight > 0 ? Weight : double.NaN);

    /// <summary>Writes the unbiased covariances, C/(W − W₂/W); for rows of weight 1 that is C/(n−1).</summary>
    /// <param name="covariance">d×d.</param>
    public void Covariance(Span<double> covariance) =>
        Write(covariance, pairWeight > 0 ? pairWeight / Weight : double.NaN);

    /// <summary>Writes the correlations, kept within [−1, 1]; NaN for a channel that does not move.</summary>
    /// <param name="correlation">d×d.</param>
    public void Correlation(Span<double> correlation)
    {
        int d = Dimension;
        Write(correlation, 1);
        Span<double> root = d <= 64 ? stackalloc double[d] : new double[d];
        for (int i = 0; i < d; i++)
        {
            root[i] = products[(i * d) + i] > 0 ? Math.Sqrt(products[(i * d) + i]) : double.NaN;
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                correlation[(i * d) + j] = i == j ? root[i] / root[i] : Math.Clamp(correlation[(i * d) + j] / root[i] / root[j], -1, 1);
            }
        }
    }

    /// <summary>
    /// Writes covariances with the correlations shrunk towards none, by the oracle-approximating share for Gaussian rows: ρ = ((1−2/d)·tr R² + tr²R)/((n+1−2/d)(tr R² − tr²R/d)), R the
    /// correlations. The variances stay. Reference: Chen, Wiesel, Eldar and Hero (2010).
    /// </summary>
    /// <param name="covariance">d×d.</param>
    /// <returns>The share ρ in [0,1]; 1 is none of the correlation left.</returns>
    public double Shrunk(Span<double> covariance)
    {
        int d = Dimension;
        double squares = 0;
        Correlation(covariance);
        foreach (double r in covariance[..(d * d)])
        {
            squares += double.IsNaN(r) ? 0 : r * r;
        }

        double trace = d, n = EffectiveSampleSize;
        double excess = squares - (trace * trace / d);
        double share = excess > 0 ? Math.Clamp((((1 - (2.0 / d)) * squares) + (trace * trace)) / ((n + 1 - (2.0 / d)) * excess), 0, 1) : 1;
        Covariance(covariance);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                covariance[(i * d) + j] *= i == j ? 1 : 1 - share;
            }
        }

        return share;
    }

    /// <inheritdoc/>
    public int SnapshotLength => 3 + (2 * Dimension) + products.Length;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        int d = Dimension;
        (state[0], state[1], state[2]) = (Weight, SquaredWeight, pairWeight);
        high.CopyTo(state[3..]);
        low.CopyTo(state[(3 + d)..]);
        products.CopyTo(state[(3 + (2 * d))..]);
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        int d = Dimension;
        SnapshotState.RequireLength(state, state.Length == SnapshotLength);
        SnapshotState.Require(state[0] >= 0 && state[1] >= 0 && state[2] >= 0, "a negative weight");
        SnapshotState.RequireFinite(state, "sums that are not finite");
        (Weight, SquaredWeight, pairWeight) = (state[0], state[1], state[2]);
        state.Slice(3, d).CopyTo(high);
        state.Slice(3 + d, d).CopyTo(low);
        state.Slice(3 + (2 * d), products.Length).CopyTo(products);
    }

    private void Write(Span<double> matrix, double divisor)
    {
        int d = Dimension;
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[(i * d) + j] = matrix[(j * d) + i] = products[(i * d) + j] / divisor;
            }
        }
    }

    private static bool AllFinite(ReadOnlySpan<double> row)
    {
        foreach (double x in row)
        {
            if (!double.IsFinite(x))
            {
                return false;
            }
        }

        return true;
    }
}
