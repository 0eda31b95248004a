namespace SensorPipeline.Streams.Graph;

/// <summary>A growing array that is cleared and refilled for each batch, so a steady stream allocates nothing.</summary>
public sealed class Buffer<T>
    where T : struct
{
    private T[] items = new T[64];

    /// <summary>How many items there are.</summary>
    public int Count { get; private set; }

    /// <summary>The items, writable in place.</summary>
    public Span<T> Items => items.AsSpan(0, Count);

    /// <summary>Item number <paramref name="index"/>.</summary>
    public ref T this[int index] => ref Items[index];

    /// <summary>Makes room for one item at the end and returns the place; its old content is undefined.</summary>
    public ref T Add()
    {
        if (Count == items.Length)
        {
            Array.Resize(ref items, items.Length * 2);
        }

        return ref items[Count++];
    }

    /// <summary>Makes room for several items at the end.</summary>
    public Span<T> AddSpan(int count)
    {
        int start = Count;
        if (start + count > items.Length)
        {
            Array.Resize(ref items, Math.Max(items.Length * 2, start + count));
        }

        Count = start + count;
        return items.AsSpan(start, count);
    }

    /// <summary>Copies items to the end.</summary>
    public void AddRange(ReadOnlySpan<T> more) => more.CopyTo(AddSpan(more.Length));

    /// <summary>Forgets the items and keeps the memory.</summary>
    public void Clear() => Count = 0;
}
