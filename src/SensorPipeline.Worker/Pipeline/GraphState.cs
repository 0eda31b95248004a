using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>A graph as it stands in a checkpoint: the options it runs with, as JSON, its state, and its events that the broker has not acknowledged.</summary>
internal static class GraphState
{
    /// <summary>Appends options, state, events, and what the decoder remembers, which is none of the graph's business.</summary>
    public static void Save(SensorGraph graph, EventOutbox events, ReadOnlySpan<byte> decoderState, SnapshotWriter writer)
    {
        writer.Write(graph.Options.ToJson());
        graph.Save(writer);
        events.Save(writer);
        writer.WriteSpan(decoderState);
    }

    /// <summary>Rebuilds the graph that was saved, with the options it had then.</summary>
    /// <exception cref="InvalidDataException">The bytes hold no graph.</exception>
    public static SensorGraph Load(ReadOnlySpan<byte> saved, IStateArchive archive) => Load(saved, archive, new EventOutbox(), out _);

    /// <summary>Rebuilds the graph that was saved, the events beside it, and what the decoder remembered then; empty for nothing.</summary>
    /// <exception cref="InvalidDataException">The bytes hold no graph.</exception>
    public static SensorGraph Load(ReadOnlySpan<byte> saved, IStateArchive archive, EventOutbox events, out byte[] decoderState)
    {
        var reader = new SnapshotReader(saved);
        var graph = new SensorGraph(GraphOptions.Parse(reader.ReadText()), archive);
        graph.Load(ref reader);
        events.Load(ref reader);
        decoderState = reader.IsAtEnd ? [] : reader.ReadArray<byte>();
        return graph;
    }
}
