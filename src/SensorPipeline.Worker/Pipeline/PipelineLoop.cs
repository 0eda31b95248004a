using System.Diagnostics;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// The one thread of state: appends each batch to the input log, runs the graph over it, commits the log, then releases the
/// acknowledgements. What was not committed was not acknowledged, and the broker sends it again. While the disk is full nothing more is taken:
/// the queue fills, the connection stops reading, and it goes on by itself when there is room.
/// </summary>
internal sealed class PipelineLoop(
    SensorGraph graph, IInputLog log, WorkQueue queue, Checkpointer checkpointer, ResultPublisher publisher, IMqttTransport transport, TimeProvider clock)
{
    private const int BatchesPerCommit = 32;
    private const int InputsPerCommit = 200_000;
    private static readonly TimeSpan BetweenCommits = TimeSpan.FromSeconds(1);

    private readonly List<Activity> spans = [];
    private long turns;
    private long lag = -1;
    private long received;
    private volatile string? storageFault;

    /// <summary>How often the loop has gone round; it stands still when the pipeline does.</summary>
    public long Turns => Volatile.Read(ref turns);

    /// <summary>Why the input log cannot be written now, or null.</summary>
    public string? StorageFault => storageFault;

    /// <summary>Time from receipt to durable result of the oldest batch of the latest turn; null before the first.</summary>
    public TimeSpan? Lag => Interlocked.Read(ref lag) is >= 0 and var ticks ? new TimeSpan(ticks) : null;

    /// <summary>Told after each turn, on the loop's thread.</summary>
    public Action? Turned { get; set; }

    /// <summary>Counts the sensors by what they are doing, on the loop's thread.</summary>
    public Action? CountSensors { get; set; }

    /// <summary>Where the time a batch spends is recorded; null for nowhere.</summary>
    public ServiceMetrics? Metrics { get; set; }

    /// <summary>Runs until the queue is completed and drained, then writes the last checkpoint and the last states.</summary>
    /// <param name="stop">Ends waiting for a full disk.</param>
    /// <exception cref="LogFullException">It was stopped while the disk was full: what was not committed was not acknowledged.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            Receipt? last = Take();
            await CommitAsync(stop);
            Interlocked.Exchange(ref lag, received > 0 ? clock.GetElapsedTime(received).Ticks : Interlocked.Read(ref lag));
            publisher.PublishPending();
            EndSpans();
            if (last is { } receipt)
            {
                transport.Acknowledge(receipt);
            }

            Turned?.Invoke();
            Volatile.Write(ref turns, turns + 1);
        }

        checkpointer.Write(graph, log);
        publisher.PublishPending();
        publisher.PublishStates();
    }

    private void EndSpans()
    {
        foreach (Activity span in spans)
        {
            span.Dispose();
        }

        spans.Clear();
    }

    private Receipt? Take()
    {
        Receipt? last = null;
        int inputs = 0;
        received = 0;
        for (int taken = 0; taken < BatchesPerCommit && inputs < InputsPerCommit && queue.Reader.TryRead(out Work work); taken++)
        {
            inputs += work.Batch?.Count ?? 0;
            last = work.Receipt ?? last;
            received = received > 0 ? received : work.Received;
            if (work.Span is { } span)
            {
                spans.Add(span);
            }

            if (work.Batch is { } batch)
            {
                Process(batch);
                queue.Return(batch);
            }

            checkpointer.DecoderState = work.DecoderState ?? checkpointer.DecoderState;
            Do(work.Chore);
        }

        return last;
    }

    private void Process(InputBatch batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        log.Append(batch);
        long began = clock.GetTimestamp();
        graph.Process(batch);
        Metrics?.RecordStage(PipelineStage.Graph, clock.GetElapsedTime(began));
    }

    private void Do(Chore chore)
    {
        switch (chore)
        {
            case Chore.Publish:
                long began = clock.GetTimestamp();
                publisher.PublishStates();
                Metrics?.RecordStage(PipelineStage.Publish, clock.GetElapsedTime(began));
                break;
            case Chore.Announce:
                publisher.Announce();
                break;
            case Chore.Audit:
                publisher.PublishAudit();
                break;
            case Chore.Count:
                CountSensors?.Invoke();
                break;
            case Chore.Checkpoint:
                checkpointer.Write(graph, log);
                break;
        }
    }

    private async Task CommitAsync(CancellationToken stop)
    {
        long began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                log.Commit();
                break;
            }
            catch (LogFullException full) when (!stop.IsCancellationRequested)
            {
                storageFault = full.Message;
            }

            // A checkpoint lets the log forget, which may be the room that is missing.
            checkpointer.Write(graph, log);
            await Task.Delay(BetweenCommits, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        storageFault = null;
        Metrics?.RecordStage(PipelineStage.Log, clock.GetElapsedTime(began));
    }
}
