using System.Globalization;
using System.Text.Json;
using SensorPipeline.Statistics.Moments;
using SensorPipeline.Storage;
using SensorPipeline.Storage.Archives;
using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Disks;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Graph;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>The graph that a state directory holds, read without taking the directory: newest checkpoint, then the log behind it.</summary>
internal sealed class RecoveredGraph(SensorGraph graph, StateArchive archive) : IDisposable
{
    /// <summary>Reads what is there.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The checkpoint holds no graph.</exception>
    public static RecoveredGraph Read(IDisk disk)
    {
        StateArchive archive = StateArchive.OpenToRead(disk);
        Checkpoint? checkpoint = CheckpointInspection.Inspect(disk).FirstOrDefault(report => report.Checkpoint is not null)?.Checkpoint;
        SensorGraph graph = checkpoint is null ? new SensorGraph(new GraphOptions(), archive) : GraphState.Load(checkpoint.State.Span, archive);
        using var recovery = new Recovery(graph);
        recovery.Process(LogInspection.ReadFrom(disk, checkpoint?.NextSequence ?? 0));
        return new RecoveredGraph(graph, archive);
    }

    /// <summary>What is wrong with the states that the newest checkpoint keeps outside itself; null for nothing.</summary>
    public static string? FaultOfArchive(IDisk disk)
    {
        if (CheckpointInspection.Inspect(disk).FirstOrDefault(report => report.Checkpoint is not null)?.Checkpoint is not { } checkpoint)
        {
            return null;
        }

        using StateArchive archive = StateArchive.OpenToRead(disk);
        try
        {
            using SensorGraph graph = GraphState.Load(checkpoint.State.Span, archive);
            for (int sensor = 0; sensor < graph.Names.Count; sensor++)
            {
                graph.Sensors.MomentsOf(sensor);
            }

            return null;
        }
        catch (StorageException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>One JSON object a sensor, a line each.</summary>
    public void WriteJson(TextWriter output)
    {
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            MeanVariance moments = graph.Sensors.MomentsOf(sensor);
            output.WriteLine(JsonSerializer.Serialize(
                new SensorLine(graph.Names[sensor], (long)moments.Count, Known(moments.Mean), Known(moments.Variance), LastTimeOf(sensor)),
                JsonSerializerOptions.Web));
        }
    }

    /// <summary>A line a sensor for people.</summary>
    public void WriteTable(TextWriter output)
    {
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            MeanVariance moments = graph.Sensors.MomentsOf(sensor);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{graph.Names[sensor],-40} {moments.Count,12:N0} readings  mean {moments.Mean,12:G6}  sd {moments.StandardDeviation,12:G4}  last {LastTimeOf(sensor)}"));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        graph.Dispose();
        archive.Dispose();
    }

    private string? LastTimeOf(int sensor) => graph.Sensors.LastTimeOf(sensor) is { IsSome: true } time ? time.ToString() : null;

    private static double? Known(double value) => double.IsFinite(value) ? value : null;

    private sealed record SensorLine(string Sensor, long Count, double? Mean, double? Variance, string? LastTime);
}
