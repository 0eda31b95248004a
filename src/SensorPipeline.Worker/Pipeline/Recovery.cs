using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Brings a graph forward by logged inputs. Where the options changed, the graph changes with them: what came behind is judged as it was then.
/// </summary>
internal sealed class Recovery : IDisposable
{
    // As many as the outbox holds.
    private const int MaximumEvents = 10_000;

    private readonly Queue<StreamEvent> events = new();
    private readonly Action<SensorGraph, ResultBatch>? told;
    private IDisposable listening;

    /// <summary>Begins with the graph of a checkpoint, or a new one; whoever wants to is told what it says, and of which graph it is by then.</summary>
    public Recovery(SensorGraph graph, Action<SensorGraph, ResultBatch>? told = null)
    {
        Graph = graph;
        this.told = told;
        listening = graph.Results.Subscribe(Record);
    }

    /// <summary>The graph as of the last input.</summary>
    public SensorGraph Graph { get; private set; }

    /// <summary>What the graph told on the way, the latest of it.</summary>
    public IReadOnlyCollection<StreamEvent> Events => events;

    /// <summary>Goes on by what a log holds.</summary>
    public void Process(IEnumerable<InputBatch> log)
    {
        foreach (InputBatch batch in log)
        {
            Graph.Process(batch);

            // They are changed before anything comes, in a batch of their own.
            if (batch.Count == 1 && batch.Inputs[0] is { Kind: InputKind.OptionsChanged } changed)
            {
                Adopt(GraphState.FromJson(batch.TextOf(changed)));
            }
        }
    }

    /// <summary>Goes on under other options, if they are others; says whether.</summary>
    public bool Adopt(GraphOptions options)
    {
        if (GraphState.HashOf(Graph.Options) == GraphState.HashOf(options))
        {
            return false;
        }

        listening.Dispose();
        using SensorGraph former = Graph;
        Graph = GraphState.Adopt(former, options);
        listening = Graph.Results.Subscribe(Record);
        return true;
    }

    /// <summary>Stops listening to the graph, which is the caller's.</summary>
    public void Dispose() => listening.Dispose();

    private void Record(ResultBatch results)
    {
        told?.Invoke(Graph, results);
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
