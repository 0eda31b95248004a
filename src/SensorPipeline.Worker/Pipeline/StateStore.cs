using SensorPipeline.Storage;
using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>What a service has on disk, and the graph as it was when the process before this one ended: newest checkpoint, then the log behind it.</summary>
internal sealed class StateStore : IDisposable
{
    private readonly StateDirectory? directory;

    private StateStore(StateDirectory? directory, IInputLog log, CheckpointStore? checkpoints, SensorGraph graph, byte[] decoderState, IReadOnlyList<string> notes)
    {
        this.directory = directory;
        Log = log;
        Checkpoints = checkpoints;
        Graph = graph;
        DecoderState = decoderState;
        Notes = notes;
    }

    /// <summary>The input log.</summary>
    public IInputLog Log { get; }

    /// <summary>The checkpoints, or null where nothing is kept.</summary>
    public CheckpointStore? Checkpoints { get; }

    /// <summary>The graph, ready for the next input.</summary>
    public SensorGraph Graph { get; }

    /// <summary>What the decoder remembered when the checkpoint was written; empty for nothing.</summary>
    public byte[] DecoderState { get; }

    /// <summary>What opening had to repair or leave out, a line each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Opens the state, or begins one.</summary>
    /// <exception cref="StorageException">The directory cannot be used, or what it holds cannot be read.</exception>
    public static StateStore Open(string path, Durability durability, GraphOptions options)
    {
        if (durability == Durability.None)
        {
            return new StateStore(null, new NoLog(), null, new SensorGraph(options), [], []);
        }

        StateDirectory directory = StateDirectory.Open(path);
        InputLog? log = null;
        try
        {
            CheckpointStore checkpoints = CheckpointStore.Open(directory.Disk);
            CheckpointReading reading = checkpoints.ReadNewest();
            var notes = new List<string>(reading.Faults);
            log = InputLog.Open(directory.Disk, new InputLogOptions { Durability = durability }, reading.Newest?.NextSequence ?? 0);
            notes.AddRange(NotesOf(log.Recovery));
            if (reading.IsLost && log.NextSequence == 0)
            {
                throw new StorageException(directory.Path, $"no checkpoint can be read and the log is empty: {string.Join("; ", reading.Faults)}");
            }

            SensorGraph graph = Recover(directory.Path, log, reading.Newest, options, notes, out byte[] decoderState);
            RememberOptions(log, checkpoints, graph, decoderState, reading.Newest);
            return new StateStore(directory, log, checkpoints, graph, decoderState, notes);
        }
        catch
        {
            log?.Dispose();
            directory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Log.Dispose();
        Graph.Dispose();
        directory?.Dispose();
    }

    private static SensorGraph Recover(string path, InputLog log, Checkpoint? checkpoint, GraphOptions options, List<string> notes, out byte[] decoderState)
    {
        SensorGraph graph = Load(path, checkpoint, options, out decoderState);
        foreach (InputBatch batch in log.ReadFrom(checkpoint?.NextSequence ?? 0))
        {
            graph.Process(batch);
        }

        if (GraphState.HashOf(graph.Options) == GraphState.HashOf(options))
        {
            return graph;
        }

        notes.Add("the configuration of detection or groups has changed: sensors go on, frames, fusion and mixtures begin anew");
        using SensorGraph former = graph;
        return GraphState.Adopt(former, options);
    }

    // What comes from now on is judged under these options: a recovery must not judge it under those of the checkpoint before.
    private static void RememberOptions(InputLog log, CheckpointStore checkpoints, SensorGraph graph, byte[] decoderState, Checkpoint? before)
    {
        if (before?.OptionsHash == GraphState.HashOf(graph.Options))
        {
            return;
        }

        var batch = new InputBatch();
        batch.AddOptions(GraphState.ToJson(graph.Options), EventTime.None);
        log.Append(batch);
        log.Commit();
        graph.Process(batch);
        var state = new SnapshotWriter();
        GraphState.Save(graph, decoderState, state);
        if (checkpoints.Write(log.NextSequence, GraphState.HashOf(graph.Options), state.Written).Fault is { } fault)
        {
            throw new StorageException(log.Recovery.CutPath ?? "checkpoint", $"the first checkpoint under these options cannot be written: {fault}");
        }
    }

    private static SensorGraph Load(string path, Checkpoint? checkpoint, GraphOptions options, out byte[] decoderState)
    {
        decoderState = [];
        try
        {
            return checkpoint is null ? new SensorGraph(options) : GraphState.Load(checkpoint.State.Span, out decoderState);
        }
        catch (InvalidDataException fault)
        {
            throw new StorageException(path, $"the checkpoint cannot be used: {fault.Message}", fault);
        }
    }

    private static IEnumerable<string> NotesOf(LogRecovery recovery)
    {
        if (recovery.CutPath is { } cut)
        {
            yield return $"{cut}: cut off a torn tail of {recovery.CutBytes} bytes at offset {recovery.CutOffset} ({recovery.CutReason}); nothing in it had been acknowledged";
        }

        if (recovery.BehindCheckpointAt is { } behind)
        {
            yield return $"the input log ended at {behind}, before the checkpoint; it goes on at the checkpoint";
        }
    }
}
