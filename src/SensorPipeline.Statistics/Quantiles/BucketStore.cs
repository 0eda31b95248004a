using System.Runtime.CompilerServices;

using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Quantiles;

/// <summary>Counts by bucket number over a range that grows as needed; beyond 2048 buckets the lowest are added to the lowest kept.</summary>
internal sealed class BucketStore
{
    private const int Most = 2048;
    private const int Step = 64;

    /// <summary>No size has a bucket so high.</summary>
    private const int MostFirst = 1 << 17;

    private long[] counts = [];
    private int first;

    /// <summary>Sum of all counts; summed when asked, since data come far more often than questions.</summary>
    internal long Count
    {
        get
        {
            long sum = 0;
            foreach (long count in counts)
            {
                sum += count;
            }

            return sum;
        }
    }

    /// <summary>Two numbers and a count a bucket.</summary>
    internal int SnapshotLength => 2 + counts.Length;

    internal void Snapshot(Span<double> state)
    {
        (state[0], state[1]) = (first, counts.Length);
        for (int i = 0; i < counts.Length; i++)
        {
            state[2 + i] = counts[i];
        }
    }

    /// <summary>A store from the beginning of a state, and how many numbers it took.</summary>
    internal static BucketStore Read(ReadOnlySpan<double> state, out int taken)
    {
        SnapshotState.RequireLength(state, state.Length >= 2);
        int length = (int)SnapshotState.Whole(state[1], 0, Most, "too many buckets");
        taken = 2 + length;
        SnapshotState.RequireLength(state, state.Length >= taken);
        var store = new BucketStore { first = (int)SnapshotState.Whole(state[0], 0, MostFirst, "a bucket out of range"), counts = new long[length] };
        long room = SnapshotState.MostWhole;
        for (int i = 0; i < length; i++)
        {
            room -= store.counts[i] = SnapshotState.Whole(state[2 + i], 0, room, "a count out of range");
        }

        return store;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int bucket, long amount)
    {
        long[] array = counts;
        int place = bucket - first;
        if ((uint)place < (uint)array.Length)
        {
            array[place] += amount;
        }
        else
        {
            AddOutside(bucket, amount);
        }
    }

    private void AddOutside(int bucket, long amount)
    {
        int place = Cover(bucket);
        counts[place] += amount;
    }

    internal void Merge(BucketStore other)
    {
        // From the top, so that the range settles at once.
        for (int i = other.counts.Length - 1; i >= 0; i--)
        {
            if (other.counts[i] > 0)
            {
                Add(other.first + i, other.counts[i]);
            }
        }
    }

    internal void Clear() => Array.Clear(counts);

    /// <summary>The bucket of the datum of a rank from the bottom.</summary>
    internal int BucketOf(long rank)
    {
        int place = 0;
        for (long passed = counts[0]; passed <= rank; passed += counts[place])
        {
            place++;
        }

        return first + place;
    }

    /// <summary>Makes room for a bucket and gives its place, which is 0 for one below the range kept.</summary>
    private int Cover(int bucket)
    {
        if (counts.Length == 0)
        {
            counts = new long[Step];
            first = bucket - (Step / 2);
            return bucket - first;
        }

        if (bucket < first && counts.Length == Most)
        {
            return 0;
        }

        int low = Math.Min(first, bucket - Step + 1), high = Math.Max(first + counts.Length - 1, bucket + Step - 1);
        low = Math.Max(low, high - Most + 1);
        long[] next = new long[high - low + 1];
        for (int i = 0; i < counts.Length; i++)
        {
            next[Math.Max(first + i - low, 0)] += counts[i];
        }

        (counts, first) = (next, low);
        return Math.Max(bucket - low, 0);
    }
}
