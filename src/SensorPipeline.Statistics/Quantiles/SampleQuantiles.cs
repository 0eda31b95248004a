namespace SensorPipeline.Statistics.Quantiles;

/// <summary>Order statistics of a sample held in memory.</summary>
public static class SampleQuantiles
{
    /// <summary>1/Φ⁻¹(¾): times the median absolute deviation it estimates the standard deviation of a normal.</summary>
    public const double DeviationToStandardDeviation = 1.482602218505602;

    /// <summary>Median, the midpoint for an even number; NaN of nothing.</summary>
    /// <param name="sample">Finite data, in any order.</param>
    public static double Median(ReadOnlySpan<double> sample)
    {
        double[] sorted = Sorted(sample);
        return MedianOfSorted(sorted);
    }

    /// <summary>Median and median absolute deviation from it, unscaled; NaN of nothing.</summary>
    /// <param name="sample">Finite data, in any order.</param>
    public static (double Median, double Deviation) MedianAndDeviation(ReadOnlySpan<double> sample)
    {
        double[] sorted = Sorted(sample);
        double median = MedianOfSorted(sorted);
        foreach (ref double x in sorted.AsSpan())
        {
            x = Math.Abs(x - median);
        }

        Array.Sort(sorted);
        return (median, MedianOfSorted(sorted));
    }

    /// <summary>Quantile by linear interpolation between order statistics (type 7, as R, NumPy and Excel); NaN of nothing.</summary>
    /// <param name="sorted">Data in ascending order.</param>
    /// <param name="p">Probability in [0,1].</param>
    public static double OfSorted(ReadOnlySpan<double> sorted, double p)
    {
        if (sorted.IsEmpty || !(p is >= 0 and <= 1))
        {
            return double.NaN;
        }

        double position = p * (sorted.Length - 1);
        int below = (int)position;
        double share = position - below;
        return share == 0 ? sorted[below] : sorted[below] + (share * (sorted[below + 1] - sorted[below]));
    }

    /// <summary>Median of data in ascending order, the midpoint for an even number; NaN of nothing.</summary>
    /// <param name="sorted">Data in ascending order.</param>
    public static double MedianOfSorted(ReadOnlySpan<double> sorted)
    {
        int n = sorted.Length;
        return n == 0 ? double.NaN : n % 2 == 1 ? sorted[n / 2] : (0.5 * sorted[(n / 2) - 1]) + (0.5 * sorted[n / 2]);
    }

    private static double[] Sorted(ReadOnlySpan<double> sample)
    {
        double[] sorted = sample.ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
