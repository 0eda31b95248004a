using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Statistics.Quantiles;

namespace SensorPipeline.Statistics.Windows;

/// <summary>
/// Exact median and median absolute deviation of the last so many data, kept in order: a datum costs a binary search and a move of memory, the deviation a merge of the two halves. For windows up to a
/// few hundred. NaN while empty. The deviation of a quantised signal is 0 when more than half the data are equal: put the resolution over √12 under it.
/// State: two doubles for each place of the window.
/// </summary>
public sealed class SlidingMedian : IRestorable
{
    private readonly double[] ring;
    private readonly double[] sorted;
    private int start;

    /// <summary>An empty window.</summary>
    /// <param name="capacity">Most data it holds.</param>
    public SlidingMedian(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ring = new double[capacity];
        sorted = new double[capacity];
    }

    /// <summary>How many data are in the window.</summary>
    public int Count { get; private set; }

    /// <summary>The data in ascending order.</summary>
    public ReadOnlySpan<double> Sorted => sorted.AsSpan(0, Count);

    /// <summary>Median, the midpoint for an even number.</summary>
    public double Median => SampleQuantiles.MedianOfSorted(Sorted);

    /// <summary>Median absolute deviation from the median, unscaled.</summary>
    public double MedianAbsoluteDeviation => Deviation(Sorted, Median);

    /// <summary>The deviation scaled to estimate a normal's standard deviation.</summary>
    public double NormalizedDeviation => MedianAbsoluteDeviation * SampleQuantiles.DeviationToStandardDeviation;

    /// <summary>Takes in a datum; the oldest leaves when the window is full. One that is not finite is left out.</summary>
    /// <param name="x">The datum.</param>
    public void Observe(double x)
    {
        if (!double.IsFinite(x))
        {
            return;
        }

        if (Count == ring.Length)
        {
            Remove(ring[start]);
            start = (start + 1) % ring.Length;
        }

        // Adding 0 makes −0 a 0: they would be equal in order and differ in bits.
        x += 0.0;
        ring[(start + Count) % ring.Length] = x;
        int place = Place(x);
        Array.Copy(sorted, place, sorted, place + 1, Count - place);
        sorted[place] = x;
        Count++;
    }

    /// <inheritdoc/>
    public int SnapshotLength => Count;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        for (int i = 0; i < Count; i++)
        {
            state[i] = ring[(start + i) % ring.Length];
        }
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        SnapshotState.RequireLength(state, state.Length <= ring.Length);
        SnapshotState.RequireFinite(state, "a datum that is not finite");
        (start, Count) = (0, 0);
        foreach (double x in state)
        {
            Observe(x);
        }
    }

    private void Remove(double x)
    {
        int place = Place(x);
        Count--;
        Array.Copy(sorted, place + 1, sorted, place, Count - place);
    }

    private int Place(double x)
    {
        int place = Sorted.BinarySearch(x);
        return place < 0 ? ~place : place;
    }

    /// <summary>Walks outwards from the median; both halves already are in order of their distance.</summary>
    private static double Deviation(ReadOnlySpan<double> sorted, double median)
    {
        int n = sorted.Length, right = n / 2, left = right - 1;
        double last = double.NaN, before = double.NaN;
        for (int taken = 0; taken <= n / 2 && n > 0; taken++)
        {
            before = last;
            bool goLeft = right >= n || (left >= 0 && median - sorted[left] <= sorted[right] - median);
            last = goLeft ? median - sorted[left--] : sorted[right++] - median;
        }

        return n % 2 == 1 ? last : 0.5 * (before + last);
    }
}
