using SensorPipeline.Mqtt;
using SensorPipeline.Storage;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// The single thread of state: appends each batch to the input log, runs the graph over it, commits the log, then releases the
/// acknowledgements. What was not committed was not acknowledged, and the broker sends it again.
/// </summary>
internal sealed class PipelineLoop(SensorGraph graph, IInputLog log, WorkQueue queue, Checkpointer checkpointer, ResultPublisher publisher, Action<Receipt> acknowledge)
{
    private const int BatchesPerCommit = 32;

    private long beats;

    /// <summary>How often the loop has gone round; it stands still when the pipeline does.</summary>
    public long Beats => Interlocked.Read(ref beats);

    /// <summary>Runs until the queue is completed and drained.</summary>
    public async Task RunAsync()
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            Turn();
            Interlocked.Increment(ref beats);
        }

        checkpointer.Write(graph, log);
        publisher.PublishStates(graph);
    }

    private void Turn()
    {
        Receipt? last = null;
        for (int taken = 0; taken < BatchesPerCommit && queue.Reader.TryRead(out Work work); taken++)
        {
            last = work.Receipt ?? last;
            Process(work);
        }

        log.Commit();
        if (last is { } receipt)
        {
            acknowledge(receipt);
        }
    }

    private void Process(Work work)
    {
        if (work.Batch is { } batch)
        {
            if (batch.Count > 0)
            {
                log.Append(batch);
                graph.Process(batch);
            }

            queue.Return(batch);
        }

        switch (work.Chore)
        {
            case Chore.Publish:
                publisher.PublishStates(graph);
                break;
            case Chore.Checkpoint:
                log.Commit();
                checkpointer.Write(graph, log);
                break;
        }
    }
}
