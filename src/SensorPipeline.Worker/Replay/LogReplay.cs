using SensorPipeline.Storage.Archives;
using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Disks;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Pipeline;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Runs what a state directory holds through the graph once more, from its oldest checkpoint, or from nothing where the log is whole, to the end of the
/// log, under the options that were in force. The graph is a function of its inputs, so what comes out is what came out then, to the byte.
/// </summary>
internal static class LogReplay
{
    /// <summary>Reads what is there, also of a service that runs, and writes a row a reading and a frame.</summary>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">A checkpoint holds no graph.</exception>
    public static ReplaySummary Run(IDisk disk, Stream output, OutputFormat format, MixtureWriter? mixtures, CancellationToken cancel)
    {
        Checkpoint? oldest = CheckpointInspection.Inspect(disk).LastOrDefault(report => report.Checkpoint is not null)?.Checkpoint;
        long first = LogInspection.Inspect(disk) is [{ FirstSequence: 0 }, ..] ? 0 : oldest?.NextSequence ?? 0;
        using var rows = new LoggedRows(output, format, mixtures);
        using StateArchive archive = StateArchive.OpenToRead(disk);
        using SensorGraph graph = first == 0 ? new SensorGraph(new GraphOptions(), archive) : GraphState.Load(oldest!.State.Span, archive);
        using IDisposable writing = graph.Results.Subscribe(results => rows.Write(graph, results));
        foreach (InputBatch batch in LogInspection.ReadFrom(disk, first).TakeWhile(_ => !cancel.IsCancellationRequested))
        {
            graph.Process(batch);
        }

        cancel.ThrowIfCancellationRequested();
        rows.Flush();
        return new ReplaySummary(rows.Readings, graph.Names.Count, rows.Outliers, rows.Events, 0, []);
    }
}
