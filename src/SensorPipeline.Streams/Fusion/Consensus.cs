using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// What the members of one frame say together, by generalised least squares on their residuals against the prediction: with A = R⁻¹ and a = A·1 the residual of the whole is aᵀe/Σa and
/// its variance 1/Σa. A member is judged against all others and the prediction, whose error is common to all residuals: with C = R + p·11ᵀ its leave-one-out deviation is
/// z = (C⁻¹e)ᵢ/√(C⁻¹)ᵢᵢ, and one that is beyond the gate is left out, the worst first. No state between frames but the
/// inverse of R for the members asked last, which saves the work while neither changes.
/// </summary>
internal sealed class Consensus
{
    private const double Rounding = 1e-9;

    private int[] kept = [];
    private double[] residuals = [];
    private double[] inverse = [];
    private double[] factor = [];
    private double[] precisions = [];
    private double[] inverseOfAll = [];
    private int[] inverted = [];
    private int countInverted;
    private double[] gains = [];
    private double[] solutions = [];
    private int capacity;

    /// <summary>How many members agree.</summary>
    public int Count { get; private set; }

    /// <summary>How many were asked.</summary>
    public int Asked { get; private set; }

    /// <summary>Their residual together.</summary>
    public double Residual { get; private set; }

    /// <summary>Its variance.</summary>
    public double Variance { get; private set; }

    /// <summary>Their squared normalised disagreement: χ² with Count − 1 degrees of freedom.</summary>
    public double ChiSquare { get; private set; }

    /// <summary>The members: those kept first, then those left out, in the order they were.</summary>
    public ReadOnlySpan<int> Members => kept.AsSpan(0, Asked);

    /// <summary>The weight of one of those kept; all of them sum to one.</summary>
    public double Weight(int k) => gains[k] * Variance;

    /// <summary>The residual of one of those asked.</summary>
    public double ResidualOf(int k) => residuals[k];

    /// <summary>Makes room for members.</summary>
    public void Grow(int members)
    {
        capacity = members;
        kept = new int[members];
        residuals = new double[members];
        gains = new double[members];
        solutions = new double[members];
        precisions = new double[members];
        inverted = new int[members];
        inverse = new double[members * members];
        inverseOfAll = new double[members * members];
        Forget();
        factor = new double[members * members];
    }

    /// <summary>The covariance has changed: what was worked out from it no longer holds.</summary>
    public void Forget() => countInverted = 0;

    /// <summary>Begins a frame.</summary>
    public void Clear() => (Asked, Count) = (0, 0);

    /// <summary>Asks a member, by its residual.</summary>
    public void Ask(int member, double residual)
    {
        kept[Asked] = member;
        residuals[Asked] = residual;
        Count = ++Asked;
    }

    /// <summary>
    /// Fuses the members asked, by their covariance R (row by row, all members), the variances of their corrections, and the variance p of what their residuals
    /// have in common.
    /// </summary>
    public void Solve(ReadOnlySpan<double> covariance, Offsets offsets, double common, double gate)
    {
        if (!kept.AsSpan(0, Asked).SequenceEqual(inverted.AsSpan(0, countInverted)))
        {
            Invert(covariance, offsets);
            Remember(covariance);
        }

        inverseOfAll.AsSpan(0, Asked * Asked).CopyTo(inverse);
        while (Count > 0)
        {
            Combine();
            (int worst, double square) = Farthest(common);
            if (square <= gate)
            {
                return;
            }

            LeaveOut(worst);
        }

        (Residual, Variance, ChiSquare) = (double.NaN, double.NaN, double.NaN);
    }

    /// <summary>
    /// What the others of those kept say, by their precisions alone, and its variance; infinite where there is nobody else. An offset is learned against it: an error of the
    /// prediction is no offset of anyone's, and no member is measured by itself.
    /// </summary>
    public (double Residual, double Variance) Without(int member)
    {
        double precision = 0;
        double weighted = 0;
        for (int k = 0; k < Count; k++)
        {
            double own = kept[k] == member ? 0 : precisions[kept[k]];
            precision += own;
            weighted += own * residuals[k];
        }

        return (weighted / precision, 1 / precision);
    }

    private void Invert(ReadOnlySpan<double> covariance, Offsets offsets)
    {
        double shrink = 1;
        bool isDefinite = false;
        while (!isDefinite)
        {
            for (int i = 0; i < Count; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    factor[(i * Count) + j] = shrink * covariance[(kept[i] * capacity) + kept[j]];
                }

                factor[(i * Count) + i] = covariance[(kept[i] * capacity) + kept[i]] + offsets.Variance(kept[i]);
            }

            // Correlations are learned pair by pair, so that together they may contradict each other: then all give way.
            isDefinite = shrink < 0.1 || Cholesky.TryFactor(factor, factor, Count);
            shrink *= 0.8;
        }

        if (shrink < 0.1)
        {
            InvertDiagonal(covariance, offsets);
        }
        else
        {
            Cholesky.Invert(factor, inverse, Count);
        }
    }

    private void Remember(ReadOnlySpan<double> covariance)
    {
        inverse.AsSpan(0, Asked * Asked).CopyTo(inverseOfAll);
        kept.AsSpan(0, Asked).CopyTo(inverted);
        countInverted = Asked;
        foreach (int member in inverted.AsSpan(0, countInverted))
        {
            precisions[member] = 1 / covariance[(member * capacity) + member];
        }
    }

    private void InvertDiagonal(ReadOnlySpan<double> covariance, Offsets offsets)
    {
        inverse.AsSpan(0, Count * Count).Clear();
        for (int i = 0; i < Count; i++)
        {
            inverse[(i * Count) + i] = 1 / Math.Max(covariance[(kept[i] * capacity) + kept[i]] + offsets.Variance(kept[i]), double.Epsilon);
        }
    }

    // A·1, its sum, and A·e; rows lie Asked apart, however many members are left.
    private void Combine()
    {
        double total = 0;
        double weighted = 0;
        double square = 0;
        for (int i = 0; i < Count; i++)
        {
            double sum = 0;
            double solved = 0;
            for (int j = 0; j < Count; j++)
            {
                double a = inverse[(i * Asked) + j];
                sum += a;
                solved += a * residuals[j];
            }

            gains[i] = sum;
            solutions[i] = solved;
            total += sum;
            weighted += sum * residuals[i];
            square += residuals[i] * solved;
        }

        Variance = 1 / total;
        Residual = weighted * Variance;
        ChiSquare = Math.Max(0, square - (weighted * Residual));
    }

    private (int Worst, double Square) Farthest(double common)
    {
        double information = 1 / Variance;
        double share = double.IsPositiveInfinity(common) ? Variance : common / (1 + (common * information));
        double together = Residual * information;
        int worst = 0;
        double farthest = -1;
        for (int i = 0; i < Count; i++)
        {
            double own = inverse[(i * Asked) + i];
            double precision = own - (gains[i] * gains[i] * share);
            double deviation = solutions[i] - (gains[i] * together * share);
            double square = precision > Rounding * own ? deviation * deviation / precision : 0;
            (worst, farthest) = square > farthest ? (i, square) : (worst, farthest);
        }

        return (worst, farthest);
    }

    // The inverse of R without a row and a column is the Schur complement of A in that place.
    private void LeaveOut(int worst)
    {
        int last = Count - 1;
        Swap(worst, last);
        double own = inverse[(last * Asked) + last];
        for (int i = 0; i < last; i++)
        {
            double share = inverse[(i * Asked) + last] / own;
            for (int j = 0; j < last; j++)
            {
                inverse[(i * Asked) + j] -= share * inverse[(last * Asked) + j];
            }
        }

        Count = last;
    }

    private void Swap(int i, int j)
    {
        if (i == j)
        {
            return;
        }

        (kept[i], kept[j]) = (kept[j], kept[i]);
        (residuals[i], residuals[j]) = (residuals[j], residuals[i]);
        for (int k = 0; k < Asked; k++)
        {
            (inverse[(i * Asked) + k], inverse[(j * Asked) + k]) = (inverse[(j * Asked) + k], inverse[(i * Asked) + k]);
        }

        for (int k = 0; k < Asked; k++)
        {
            (inverse[(k * Asked) + i], inverse[(k * Asked) + j]) = (inverse[(k * Asked) + j], inverse[(k * Asked) + i]);
        }
    }
}
