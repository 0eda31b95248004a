using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>Brings a graph forward by logged inputs, and keeps what it tells on the way.</summary>
internal sealed class Recovery : IDisposable
{
    // As many as the outbox holds.
    private const int MaximumEvents = 10_000;

    private readonly SensorGraph graph;
    private readonly Queue<StreamEvent> events = new();
    private readonly IDisposable listening;

    /// <summary>Begins with the graph of a checkpoint, or a new one.</summary>
    public Recovery(SensorGraph graph)
    {
        this.graph = graph;
        listening = graph.Results.Subscribe(Record);
    }

    /// <summary>What the graph told on the way, the latest of it.</summary>
    public IReadOnlyCollection<StreamEvent> Events => events;

    /// <summary>Goes on by what a log holds.</summary>
    public void Process(IEnumerable<InputBatch> log)
    {
        foreach (InputBatch batch in log)
        {
            graph.Process(batch);
        }
    }

    /// <summary>Stops listening to the graph, which is the caller's.</summary>
    public void Dispose() => listening.Dispose();

    private void Record(ResultBatch results)
    {
        if (results.SensorEvents.Count + results.FusionEvents.Count + results.MixtureEvents.Count + results.JointEvents.Count == 0)
        {
            return;
        }

        IEnumerable<StreamEvent> all = [.. results.SensorEvents, .. results.FusionEvents, .. results.MixtureEvents, .. results.JointEvents];
        foreach (StreamEvent happened in all.OrderBy(happened => happened.Sequence))
        {
            if (events.Count == MaximumEvents)
            {
                events.Dequeue();
            }

            events.Enqueue(happened);
        }
    }
}
