using System.Text.Json;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>A graph as it stands in a checkpoint: the options it runs with, as JSON, its state, and its events that the broker has not acknowledged.</summary>
internal static class GraphState
{
    /// <summary>Appends options, state, events, and what the decoder remembers, which is none of the graph's business.</summary>
    public static void Save(SensorGraph graph, EventOutbox events, ReadOnlySpan<byte> decoderState, SnapshotWriter writer)
    {
        writer.Write(ToJson(graph.Options));
        graph.Save(writer);
        events.Save(writer);
        writer.WriteSpan(decoderState);
    }

    /// <summary>Rebuilds the graph that was saved, with the options it had then.</summary>
    /// <exception cref="InvalidDataException">The bytes hold no graph.</exception>
    public static SensorGraph Load(ReadOnlySpan<byte> saved) => Load(saved, new EventOutbox(), out _);

    /// <summary>Rebuilds the graph that was saved, the events beside it, and what the decoder remembered then; empty for nothing.</summary>
    /// <exception cref="InvalidDataException">The bytes hold no graph.</exception>
    public static SensorGraph Load(ReadOnlySpan<byte> saved, EventOutbox events, out byte[] decoderState)
    {
        var reader = new SnapshotReader(saved);
        var graph = new SensorGraph(FromJson(reader.ReadText()));
        graph.Load(ref reader);
        events.Load(ref reader);
        decoderState = reader.IsAtEnd ? [] : reader.ReadArray<byte>();
        return graph;
    }

    /// <summary>
    /// The graph under other options. What is known of the sensors stays; frames, fusion and mixtures begin anew, as their groups may be others.
    /// </summary>
    public static SensorGraph Adopt(SensorGraph graph, GraphOptions options)
    {
        var writer = new SnapshotWriter();
        graph.Save(writer);
        var reader = new SnapshotReader(writer.Written);
        var adopted = new SensorGraph(options);
        adopted.LoadSensors(ref reader);
        return adopted;
    }

    /// <summary>The options as one line.</summary>
    public static string ToJson(GraphOptions options) => JsonSerializer.Serialize(options);

    /// <summary>Tells options apart.</summary>
    public static ulong HashOf(GraphOptions options) => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(ToJson(options)));

    /// <summary>The options of a line.</summary>
    /// <exception cref="InvalidDataException">It holds none.</exception>
    public static GraphOptions FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<GraphOptions>(json) ?? throw new InvalidDataException("The stored options are null.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"The stored options are unreadable: {fault.Message}", fault);
        }
    }
}
