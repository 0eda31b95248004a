using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>Writes the graph's state beside its place in the input log, and lets the log forget what no kept checkpoint needs.</summary>
internal sealed partial class Checkpointer(CheckpointStore? store, TimeProvider clock, ILogger<Checkpointer> logger)
{
    private readonly SnapshotWriter state = new();
    private volatile string? fault;
    private long writtenAt;

    /// <summary>Why the last checkpoint was not written, or null.</summary>
    public string? Fault => fault;

    /// <summary>When the last one was written; null before the first.</summary>
    public DateTimeOffset? WrittenAt => Interlocked.Read(ref writtenAt) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>What the decoder remembered at some batch before now; empty for nothing.</summary>
    public byte[] DecoderState { get; set; } = [];

    /// <summary>Writes a checkpoint; one that fails is told and tried again next time.</summary>
    public void Write(SensorGraph graph, IInputLog log)
    {
        if (store is null)
        {
            return;
        }

        state.Clear();
        GraphState.Save(graph, DecoderState, state);
        string? before = fault;
        fault = store.Write(log.NextSequence, GraphState.HashOf(graph.Options), state.Written).Fault;
        if (fault is null)
        {
            Interlocked.Exchange(ref writtenAt, clock.GetUtcNow().UtcTicks);
            log.Truncate(store.TruncationSequence);
        }
        else if (fault != before)
        {
            LogNotWritten(fault);
        }
    }

    [LoggerMessage(10, LogLevel.Error, "checkpoint not written: {Fault}")]
    private partial void LogNotWritten(string fault);
}
