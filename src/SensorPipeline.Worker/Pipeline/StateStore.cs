using SensorPipeline.Storage;
using SensorPipeline.Storage.Archives;
using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Disks;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Snapshots;
using SensorPipeline.Worker.Options;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>What a service has on disk, and the graph as it was when the process before this one ended: newest checkpoint, then the log behind it.</summary>
internal sealed class StateStore : IDisposable
{
    private readonly StateDirectory? directory;
    private readonly StateArchive? archive;
    private readonly GraphOptions options;
    private ulong? optionsBefore;

    private StateStore(StateDirectory? directory, StateArchive? archive, IInputLog log, CheckpointStore? checkpoints, SensorGraph graph, GraphOptions options)
    {
        this.directory = directory;
        this.archive = archive;
        this.options = options;
        Log = log;
        Checkpoints = checkpoints;
        Graph = graph;
    }

    /// <summary>The input log.</summary>
    public IInputLog Log { get; }

    /// <summary>The checkpoints, or null where nothing is kept.</summary>
    public CheckpointStore? Checkpoints { get; }

    /// <summary>The graph as the last input left it, under the options of then.</summary>
    public SensorGraph Graph { get; }

    /// <summary>What the decoder remembered when the checkpoint was written; empty for nothing.</summary>
    public byte[] DecoderState { get; private init; } = [];

    /// <summary>Events that the broker had not acknowledged when the newest checkpoint was written.</summary>
    public EventOutbox Events { get; private init; } = new();

    /// <summary>What the graph told of the inputs behind that checkpoint; the broker may have it or not.</summary>
    public IReadOnlyCollection<StreamEvent> Told { get; private init; } = [];

    /// <summary>What opening had to repair or leave out, a line each.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Opens the state, or begins one.</summary>
    /// <exception cref="StorageException">The directory cannot be used, or what it holds cannot be read.</exception>
    public static StateStore Open(StorageOptions storage, GraphOptions options)
    {
        if (storage.Durability == Durability.None)
        {
            return new StateStore(null, null, new NoLog(), null, new SensorGraph(options), options);
        }

        StateDirectory directory = StateDirectory.Open(storage.Directory);
        try
        {
            return Open(directory.Disk, storage.ToLogOptions(), options, storage.EvictAfter, directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Opens the state on a disk that nobody else uses.</summary>
    /// <exception cref="StorageException">What it holds cannot be read.</exception>
    public static StateStore Open(IDisk disk, InputLogOptions logging, GraphOptions options, TimeSpan evictAfter, StateDirectory? directory = null)
    {
        StateArchive archive = StateArchive.Open(disk, evictAfter);
        CheckpointStore checkpoints = CheckpointStore.Open(disk, archive);
        CheckpointReading reading = checkpoints.ReadNewest();
        InputLog log = InputLog.Open(disk, logging, reading.Newest?.NextSequence ?? 0);
        try
        {
            if (reading.IsLost && log.NextSequence == 0)
            {
                throw new StorageException(disk.PathOf("checkpoint"), $"no checkpoint can be read and the log is empty: {string.Join("; ", reading.Faults)}");
            }

            var events = new EventOutbox();
            SensorGraph graph = Load(disk, archive, reading.Newest, options, events, out byte[] decoderState);
            using var recovery = new Recovery(graph);
            recovery.Process(log.ReadFrom(reading.Newest?.NextSequence ?? 0));
            string[] adopted = graph.Options.Hash != options.Hash ? ["the configuration of detection or groups has changed: sensors go on, frames, fusion and mixtures begin anew"] : [];
            return new StateStore(directory, archive, log, checkpoints, graph, options)
            {
                optionsBefore = reading.Newest?.OptionsHash,
                DecoderState = decoderState,
                Events = events,
                Told = recovery.Events,
                Notes = [.. reading.Faults, .. NotesOf(log.Recovery), .. adopted],
            };
        }
        catch
        {
            log.Dispose();
            archive.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Brings the graph under the options of now and writes them down, where they are others than those of the newest checkpoint or of the last input: a recovery
    /// must not judge what comes from now on under those. To be called when <see cref="Told"/> has been put into <see cref="Events"/>, before anything else comes.
    /// </summary>
    /// <exception cref="StorageException">They cannot be written.</exception>
    public void AdoptOptions()
    {
        if (Checkpoints is null || (optionsBefore == options.Hash && Graph.Options.Hash == options.Hash))
        {
            return;
        }

        var batch = new InputBatch();
        batch.AddOptions(options.ToJson(), EventTime.None);
        Log.Append(batch);
        Log.Commit();
        Graph.Process(batch);
        Checkpoints.Begin();
        var state = new SnapshotWriter();
        GraphState.Save(Graph, Events, DecoderState, state);
        if (Checkpoints.Write(Log.NextSequence, options.Hash, state.Written).Fault is { } fault)
        {
            throw new StorageException(directory?.Path ?? "", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Log.Dispose();
        Graph.Dispose();
        archive?.Dispose();
        directory?.Dispose();
    }

    private static SensorGraph Load(IDisk disk, StateArchive archive, Checkpoint? checkpoint, GraphOptions options, EventOutbox events, out byte[] decoderState)
    {
        decoderState = [];
        try
        {
            return checkpoint is null ? new SensorGraph(options, archive) : GraphState.Load(checkpoint.State.Span, archive, events, out decoderState);
        }
        catch (InvalidDataException fault)
        {
            throw new StorageException(disk.PathOf("checkpoint"), $"it cannot be used: {fault.Message}", fault);
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
