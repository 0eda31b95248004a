using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Windows;

/// <summary>
/// Moments, least and greatest of the last so many data. Two stacks over the merge of <see cref="Moments.Moments"/>: data are merged in at the back, and when the front has run out the back is turned into
/// merged suffixes. It never subtracts, so a spike that has left leaves no trace. Three merges a datum on average. State: nine doubles for each place of the window.
/// <para>Drop the oldest yourself for a window in time, or set a capacity for a window in data. Reference: Tangwongsan, Hirzel and Schneider (2021).</para>
/// </summary>
public sealed class SlidingMoments : IRestorable
{
    private readonly Aggregate[] suffixes;
    private readonly double[] ring;
    private int frontLeft;
    private int start;
    private int count;
    private Aggregate back;

    /// <summary>An empty window.</summary>
    /// <param name="capacity">Most data it holds; a datum beyond drops the oldest.</param>
    public SlidingMoments(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ring = new double[capacity];
        suffixes = new Aggregate[capacity];
    }

    /// <summary>How many data are in the window.</summary>
    public int Count => count;

    /// <summary>Moments of the data in the window.</summary>
    public Moments.Moments Moments => Whole.Moments;

    /// <summary>Least datum in the window; NaN when it is empty.</summary>
    public double Minimum => count > 0 ? Whole.Minimum : double.NaN;

    /// <summary>Greatest datum in the window; NaN when it is empty.</summary>
    public double Maximum => count > 0 ? Whole.Maximum : double.NaN;

    private Aggregate Whole => frontLeft > 0 ? suffixes[frontLeft - 1] + back : back;

    /// <summary>Takes in a datum; the oldest leaves when the window is full. One that is not finite is left out.</summary>
    /// <param name="x">The datum.</param>
    public void Observe(double x)
    {
        if (!double.IsFinite(x))
        {
            return;
        }

        if (count == ring.Length)
        {
            DropOldest();
        }

        ring[(start + count) % ring.Length] = x;
        count++;
        back += Aggregate.Of(x);
    }

    /// <summary>Drops the oldest datum, if there is one.</summary>
    public void DropOldest()
    {
        if (count == 0)
        {
            return;
        }

        if (frontLeft == 0)
        {
            Turn(count);
        }

        frontLeft--;
        start = (start + 1) % ring.Length;
        count--;
    }

    /// <inheritdoc/>
    public int SnapshotLength => 1 + count;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        state[0] = frontLeft;
        for (int i = 0; i < count; i++)
        {
            state[1 + i] = ring[(start + i) % ring.Length];
        }
    }

    /// <summary>Takes the data of a snapshot and merges them again in the order in which they were.</summary>
    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        SnapshotState.RequireLength(state, state.Length >= 1 && state.Length <= 1 + ring.Length);
        ReadOnlySpan<double> data = state[1..];
        SnapshotState.RequireFinite(data, "a datum that is not finite");
        int front = (int)SnapshotState.Whole(state[0], 0, data.Length, "more data in front than there are");
        data.CopyTo(ring);
        (start, count) = (0, data.Length);
        Turn(front);
        foreach (double x in data[front..])
        {
            back += Aggregate.Of(x);
        }
    }

    /// <summary>Merges the oldest so many data from the newest of them to the oldest: the entry below a suffix is the suffix without its oldest datum.</summary>
    private void Turn(int front)
    {
        Aggregate sum = default;
        for (int i = 0; i < front; i++)
        {
            sum = Aggregate.Of(ring[(start + front - 1 - i) % ring.Length]) + sum;
            suffixes[i] = sum;
        }

        frontLeft = front;
        back = default;
    }

    private readonly record struct Aggregate(Moments.Moments Moments, double Minimum, double Maximum)
    {
        internal static Aggregate Of(double x) => new(default(Moments.Moments).Observe(x), x, x);

        public static Aggregate operator +(Aggregate left, Aggregate right) =>
            left.Moments.Count == 0 ? right
            : right.Moments.Count == 0 ? left
            : new(left.Moments + right.Moments, Math.Min(left.Minimum, right.Minimum), Math.Max(left.Maximum, right.Maximum));
    }
}
