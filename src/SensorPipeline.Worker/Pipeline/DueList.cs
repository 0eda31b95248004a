namespace SensorPipeline.Worker.Pipeline;

/// <summary>Indices that something is due for, each once, in the order in which it became due.</summary>
internal sealed class DueList
{
    private readonly Queue<int> due = new();
    private bool[] isDue = new bool[64];

    /// <summary>Something is due for this index.</summary>
    public void Add(int index)
    {
        if (index >= isDue.Length)
        {
            Array.Resize(ref isDue, Math.Max(index + 1, isDue.Length * 2));
        }

        if (!isDue[index])
        {
            isDue[index] = true;
            due.Enqueue(index);
        }
    }

    /// <summary>Nothing is due.</summary>
    public void Clear()
    {
        due.Clear();
        isDue.AsSpan().Clear();
    }

    /// <summary>Does what is due until it has been done for all or cannot be done now.</summary>
    public void Drain(Func<int, bool> tryDo)
    {
        while (due.TryPeek(out int index) && tryDo(index))
        {
            due.Dequeue();
            isDue[index] = false;
        }
    }
}
