using System.Collections.Concurrent;
using System.Threading.Channels;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// The one hand-over between threads: batches travel from the connection to the pipeline's loop, and empty ones come back. Bounded; who adds
/// to a full queue waits, and the connection stops reading.
/// </summary>
internal sealed class WorkQueue(int batches)
{
    private readonly Channel<Work> channel = Channel.CreateBounded<Work>(new BoundedChannelOptions(batches) { SingleReader = true });
    private readonly ConcurrentBag<InputBatch> spare = [];

    /// <summary>What waits to be processed.</summary>
    public int Depth => channel.Reader.Count;

    /// <summary>The loop's end.</summary>
    public ChannelReader<Work> Reader => channel.Reader;

    /// <summary>An empty batch to fill.</summary>
    public InputBatch Rent() => spare.TryTake(out InputBatch? batch) ? batch : new InputBatch();

    /// <summary>Takes a processed batch back.</summary>
    public void Return(InputBatch batch)
    {
        batch.Clear();
        spare.Add(batch);
    }

    /// <summary>Adds work, waiting while the queue is full. Work that comes after the end is dropped: it was not acknowledged.</summary>
    public async ValueTask AddAsync(Work work, CancellationToken cancel = default)
    {
        try
        {
            await channel.Writer.WriteAsync(work, cancel);
        }
        catch (ChannelClosedException)
        {
            // The pipeline has ended.
        }
    }

    /// <summary>Adds work if there is room: chores that come again anyway.</summary>
    public bool TryAdd(Work work) => channel.Writer.TryWrite(work);

    /// <summary>No more work will come.</summary>
    public void Complete() => channel.Writer.TryComplete();
}
