namespace SensorPipeline.Worker.Web;

/// <summary>The latest items of a sequence. The first item ever added is at position 1; readers say how far they have read. For one thread at a time.</summary>
internal sealed class RecentItems<T>(int capacity)
{
    private readonly T[] items = new T[capacity];

    /// <summary>The position of the latest item; 0 before the first.</summary>
    public long Position { get; private set; }

    public void Add(in T item) => items[Position++ % capacity] = item;

    /// <summary>Appends what was added behind a position and is still there; returns the position reached.</summary>
    public long CopyAfter(long after, List<T> target)
    {
        for (long position = Math.Max(Math.Max(after, 0), Position - capacity); position < Position; position++)
        {
            target.Add(items[position % capacity]);
        }

        return Position;
    }
}
