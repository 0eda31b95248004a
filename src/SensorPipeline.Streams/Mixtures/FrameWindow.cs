using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>The latest frames of a group, NaN where a member is missing, oldest first; begins anew when the group gets another member.</summary>
internal sealed class FrameWindow(int capacity) : ISnapshot
{
    private double[] rows = [];
    private int dimension;
    private int next;

    /// <summary>How many frames it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Values a frame.</summary>
    public int Dimension => dimension;

    /// <summary>Adds a frame in place of the oldest.</summary>
    public void Add(ReadOnlySpan<double> row)
    {
        if (row.Length != dimension)
        {
            dimension = row.Length;
            rows = new double[capacity * dimension];
            Count = next = 0;
        }

        row.CopyTo(rows.AsSpan(next * dimension));
        next = (next + 1) % capacity;
        Count = Math.Min(Count + 1, capacity);
    }

    /// <summary>One of the rows, 0 the oldest.</summary>
    public ReadOnlySpan<double> this[int row] => rows.AsSpan((next + capacity - Count + row) % capacity * dimension, dimension);

    /// <summary>Forgets all but the latest frames.</summary>
    public void KeepLast(int count) => Count = Math.Min(Count, Math.Max(count, 0));

    /// <summary>A copy of all rows, [n][d] row-major, oldest first.</summary>
    public double[] ToArray()
    {
        double[] copy = new double[Count * dimension];
        for (int row = 0; row < Count; row++)
        {
            this[row].CopyTo(copy.AsSpan(row * dimension));
        }

        return copy;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(dimension);
        writer.WriteSpan<double>(ToArray());
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        int width = reader.Read<int>();
        double[] saved = reader.ReadArray<double>();
        if (width < 0 || (width == 0 ? saved.Length > 0 : saved.Length % width != 0 || saved.Length / width > capacity))
        {
            throw new InvalidDataException($"The snapshot holds {saved.Length} numbers where frames of {width} were expected.");
        }

        for (int at = 0; at < saved.Length; at += width)
        {
            Add(saved.AsSpan(at, width));
        }
    }
}
