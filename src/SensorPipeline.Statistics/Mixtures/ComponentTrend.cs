using SensorPipeline.Statistics.Linear;

namespace SensorPipeline.Statistics.Mixtures;

/// <summary>
/// A line through the rows of one component over time, by weighted least squares: slope b = S_tx/S_tt. Letting the mean move gains n·ln(1/(1 − S_tt·bᵀC⁻¹b/n)) of twice the log likelihood;
/// it does where that is more than d·ln n.
/// </summary>
internal readonly struct ComponentTrend
{
    private readonly double count;
    private readonly double meanTime;
    private readonly double timeSquares;
    private readonly double[] products;

    /// <summary>Sums over the rows, in rows before the last one; rows with missing channels say nothing here.</summary>
    internal ComponentTrend(ReadOnlySpan<double> rows, int d, ReadOnlySpan<double> shares, int components, int component, ReadOnlySpan<double> mean)
    {
        int n = rows.Length / d;
        products = new double[d];
        double[] sums = new double[d];
        double times = 0, squares = 0;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> row = rows.Slice(i * d, d);
            double share = shares[(i * components) + component];
            if (share == 0 || MissingPattern.IsIncomplete(row))
            {
                continue;
            }

            double t = i - n + 1, weighted = share * t;
            count += share;
            times += weighted;
            squares += weighted * t;
            for (int j = 0; j < d; j++)
            {
                products[j] += weighted * (row[j] - mean[j]);
                sums[j] += share * (row[j] - mean[j]);
            }
        }

        meanTime = times / count;
        timeSquares = squares - (times * meanTime);
        for (int j = 0; j < d; j++)
        {
            products[j] -= meanTime * sums[j];
        }
    }

    /// <summary>Moves the mean to where the component's rows end and leaves the covariance about the line, where the criterion asks for it.</summary>
    internal bool TryFollow(Span<double> mean, Span<double> covariance)
    {
        int d = mean.Length;
        if (!(count > 3 * (d + 1)) || !(timeSquares > 0))
        {
            return false;
        }

        double[] factor = new double[d * d], scaled = new double[d];
        for (int j = 0; j < d; j++)
        {
            scaled[j] = products[j] / timeSquares;
        }

        if (!Cholesky.TryFactor(covariance, factor, d))
        {
            return false;
        }

        Cholesky.SolveLower(factor, scaled);
        double explained = scaled.Sum(v => v * v) * timeSquares / count;
        if (!(explained < 0.95) || -count * Math.Log(1 - explained) < d * Math.Log(count))
        {
            return false;
        }

        Follow(mean, covariance);
        return true;
    }

    // Of rows spread evenly the last is √3 deviations from their mean time; beyond the component's own rows nothing is extrapolated.
    private void Follow(Span<double> mean, Span<double> covariance)
    {
        int d = mean.Length;
        double last = Math.Min(0, meanTime + Math.Sqrt(3 * timeSquares / count));
        for (int i = 0; i < d; i++)
        {
            double slope = products[i] / timeSquares;
            mean[i] += slope * (last - meanTime);
            for (int j = 0; j < d; j++)
            {
                covariance[(i * d) + j] -= slope * products[j] / count;
            }
        }
    }
}
