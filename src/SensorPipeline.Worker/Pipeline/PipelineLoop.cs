using SensorPipeline.Mqtt;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// The one thread of state: appends each batch to the input log, runs the graph over it, commits the log, then releases the
/// acknowledgements. What was not committed was not acknowledged, and the broker sends it again.
/// </summary>
internal sealed class PipelineLoop(SensorGraph graph, IInputLog log, WorkQueue queue, Checkpointer checkpointer, ResultPublisher publisher, IMqttTransport transport)
{
    private const int BatchesPerCommit = 32;

    private long turns;

    /// <summary>How often the loop has gone round; it stands still when the pipeline does.</summary>
    public long Turns => Volatile.Read(ref turns);

    /// <summary>Told after each turn, on the loop's thread.</summary>
    public Action? Turned { get; set; }

    /// <summary>Counts the sensors by what they are doing, on the loop's thread.</summary>
    public Action? CountSensors { get; set; }

    /// <summary>Runs until the queue is completed and drained, then writes the last checkpoint and the last states.</summary>
    public async Task RunAsync()
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            Turn();
            Turned?.Invoke();
            Volatile.Write(ref turns, turns + 1);
        }

        checkpointer.Write(graph, log);
        publisher.PublishStates();
    }

    private void Turn()
    {
        Receipt? last = null;
        for (int taken = 0; taken < BatchesPerCommit && queue.Reader.TryRead(out Work work); taken++)
        {
            last = work.Receipt ?? last;
            Do(work);
        }

        log.Commit();
        if (last is { } receipt)
        {
            transport.Acknowledge(receipt);
        }
    }

    private void Do(Work work)
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
                publisher.PublishStates();
                break;
            case Chore.Count:
                CountSensors?.Invoke();
                break;
            case Chore.Checkpoint:
                log.Commit();
                checkpointer.Write(graph, log);
                break;
        }
    }
}
