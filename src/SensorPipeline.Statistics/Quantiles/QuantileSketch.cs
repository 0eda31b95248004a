using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Quantiles;

/// <summary>
/// Quantiles of a whole stream within a stated error: a DDSketch of the distance from an anchor near its middle. A quantile q answers a value off by at most 1 % of its distance from the
/// anchor, plus half the resolution. The ends of a bucket are in a ratio of at most γ = (1+α)/(1−α); a distance below the resolution goes to the middle one.
/// <para>Merging adds buckets and is exact. The smallest distances are collapsed beyond 2048 buckets a side. Forgetting: a ring of sketches. State: two arrays of counts, 200 to 1400 in use.
/// Reference: Masson, Rim and Lee, VLDB 2019.</para>
/// </summary>
public sealed class QuantileSketch : IRestorable
{
    /// <summary>Relative error α.</summary>
    public const double RelativeError = 0.01;

    /// <summary>Smallest size with a full mantissa, and to spare.</summary>
    private const double LeastSize = 1e-300;

    private readonly BucketStore[] sides = [new(), new()];
    private readonly double resolution;
    private readonly double floor;
    private long middle;

    /// <summary>An empty sketch.</summary>
    /// <param name="anchor">Value near the middle of the stream, as the median of its first window; sketches merge only about the same.</param>
    /// <param name="resolution">Smallest distance that matters, as the sensor's step; positive.</param>
    public QuantileSketch(double anchor, double resolution)
    {
        Anchor = anchor;
        this.resolution = resolution;
        floor = Math.Max(resolution, LeastSize);
    }

    private BucketStore Above => sides[0];

    private BucketStore Below => sides[1];

    /// <summary>The anchor.</summary>
    public double Anchor { get; }

    /// <summary>How many data were observed.</summary>
    public long Count => middle + Above.Count + Below.Count;

    /// <summary>Takes in a datum; one that is not finite is left out.</summary>
    /// <param name="x">The datum.</param>
    public void Observe(double x)
    {
        double distance = x - Anchor;
        double size = Math.Abs(distance);
        if (size < floor)
        {
            middle++;
        }
        else if (double.IsFinite(size))
        {
            // The side is looked up by the sign bit: half of all branches on it would be guessed wrong.
            sides[BitConverter.DoubleToUInt64Bits(distance) >> 63].Add(BucketMapping.Of(size), 1);
        }
    }

    /// <summary>Takes in all that another has observed.</summary>
    /// <param name="other">A sketch about the same anchor with the same resolution; left as it is.</param>
    /// <exception cref="ArgumentException">The anchors or resolutions differ.</exception>
    public void Merge(QuantileSketch other)
    {
        if (other.Anchor != Anchor || other.resolution != resolution)
        {
            throw new ArgumentException("Sketches merge only about the same anchor with the same resolution.", nameof(other));
        }

        middle += other.middle;
        Above.Merge(other.Above);
        Below.Merge(other.Below);
    }

    /// <inheritdoc/>
    public int SnapshotLength => 3 + Above.SnapshotLength + Below.SnapshotLength;

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        (state[0], state[1], state[2]) = (Anchor, resolution, middle);
        Above.Snapshot(state[3..]);
        Below.Snapshot(state[(3 + Above.SnapshotLength)..]);
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        SnapshotState.RequireLength(state, state.Length >= 3);
        SnapshotState.Require(state[0] == Anchor && state[1] == resolution, "another anchor or resolution");
        long near = SnapshotState.Whole(state[2], 0, SnapshotState.MostWhole, "a count out of range");
        var high = BucketStore.Read(state[3..], out int ofHigh);
        var low = BucketStore.Read(state[(3 + ofHigh)..], out int ofLow);
        SnapshotState.RequireLength(state, state.Length == 3 + ofHigh + ofLow);
        (sides[0], sides[1], middle) = (high, low, near);
    }

    /// <summary>Forgets everything, keeping the arrays.</summary>
    public void Clear()
    {
        middle = 0;
        Above.Clear();
        Below.Clear();
    }

    /// <summary>The value a share p of the data lies below; NaN of nothing.</summary>
    /// <param name="p">Probability in [0,1].</param>
    public double Quantile(double p)
    {
        if (Count == 0 || !(p is >= 0 and <= 1))
        {
            return double.NaN;
        }

        long rank = (long)(p * (Count - 1));
        if (rank < Below.Count)
        {
            return Anchor - BucketMapping.Value(Below.BucketOf(Below.Count - 1 - rank));
        }

        rank -= Below.Count;
        return rank < middle ? Anchor : Anchor + BucketMapping.Value(Above.BucketOf(rank - middle));
    }
}
