using SensorPipeline.Storage;
using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Writes the graph's state, the events under way and what the decoder remembers beside their place in the input log, and lets the log forget what no kept
/// checkpoint needs. The loop only waits for the copy in memory; the disk's part runs beside it.
/// </summary>
internal sealed partial class Checkpointer(
    CheckpointStore? store, SensorGraph graph, EventOutbox events, IInputLog log, TimeProvider clock, ILogger<Checkpointer> logger)
{
    private readonly SnapshotWriter state = new();
    private volatile string? fault;
    private Task writing = Task.CompletedTask;
    private long writtenAt;

    /// <summary>Why the last checkpoint was not written, or null.</summary>
    public string? Fault => fault;

    /// <summary>When the last one was written; null before the first.</summary>
    public DateTimeOffset? WrittenAt => Interlocked.Read(ref writtenAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>What the decoder remembered at some batch before now; empty for nothing. On the loop's thread.</summary>
    public byte[] DecoderState { get; set; } = [];

    /// <summary>Runs the disk's part; on the thread pool unless something else is said.</summary>
    public Func<Action, Task> Background { get; init; } = Task.Run;

    /// <summary>Begins a checkpoint of the state as it is now, unless the one before is still being written. On the loop's thread.</summary>
    public void Begin()
    {
        if (store is null || !writing.IsCompleted)
        {
            return;
        }

        store.Begin();
        state.Clear();
        GraphState.Save(graph, events, DecoderState, state);
        long next = log.NextSequence;
        ulong options = graph.Options.Hash;
        writing = Background(() => Write(store, next, options));
    }

    /// <summary>Writes a checkpoint and waits for it; one that fails is told and tried again next time.</summary>
    public async Task WriteAsync()
    {
        await writing;
        Begin();
        await writing;
    }

    private void Write(CheckpointStore kept, long next, ulong options)
    {
        string? before = fault;
        fault = kept.Write(next, options, state.Written).Fault ?? Complete(kept);
        if (fault is { } said && said != before)
        {
            LogNotWritten(said);
        }
    }

    // A log that cannot forget grows up to its bound; that is a reason to tell, not to end.
    private string? Complete(CheckpointStore kept)
    {
        Interlocked.Exchange(ref writtenAt, clock.GetUtcNow().UtcTicks);
        try
        {
            log.Truncate(kept.TruncationSequence);
            return null;
        }
        catch (StorageException full)
        {
            return full.Message;
        }
    }

    [LoggerMessage(10, LogLevel.Error, "checkpoint not written: {Fault}")]
    private partial void LogNotWritten(string fault);
}
