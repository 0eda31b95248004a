using System.Diagnostics;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// The one thread of state: appends each batch to the input log and runs the graph over it; the committer makes it durable beside and acknowledges.
/// What was not committed was not acknowledged, and the broker sends it again. While the disk is full nothing more is taken: the queue fills, the
/// connection stops reading, and it goes on by itself when there is room.
/// </summary>
internal sealed class PipelineLoop
{
    private const int BatchesPerTurn = 32;
    private const int InputsPerTurn = 200_000;

    // What the log keeps in memory until it is written: 40 bytes an input.
    private const long InputsAhead = 400_000;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly SensorGraph graph;
    private readonly IInputLog log;
    private readonly WorkQueue queue;
    private readonly Committer committer;
    private readonly Checkpointer checkpointer;
    private readonly ResultPublisher publisher;
    private readonly TimeProvider clock;
    private long turns;

    /// <summary>Wires the loop; nothing runs yet.</summary>
    public PipelineLoop(SensorGraph graph, IInputLog log, WorkQueue queue, Committer committer, Checkpointer checkpointer, ResultPublisher publisher, TimeProvider clock)
    {
        this.graph = graph;
        this.log = log;
        this.queue = queue;
        this.committer = committer;
        this.checkpointer = checkpointer;
        this.publisher = publisher;
        this.clock = clock;
        committer.Advanced = WakeForEvents;
    }

    /// <summary>How often the loop has gone round; it stands still when the pipeline does.</summary>
    public long Turns => Volatile.Read(ref turns);

    /// <summary>Why the input log cannot be written now, or null.</summary>
    public string? StorageFault => committer.Fault;

    /// <summary>Whether nothing more may be taken now: the disk is full, or too much is not durable yet.</summary>
    public bool IsHeldBack => MustWait(InputsAhead);

    /// <summary>Time from receipt to durable result of the oldest batch of the latest commit; null before the first.</summary>
    public TimeSpan? Lag => committer.Underway.Lag;

    /// <summary>Told after each turn, and while it is held back after each look whether it still must; on the loop's thread.</summary>
    public Action? Turned { get; set; }

    /// <summary>Counts the sensors by what they are doing, on the loop's thread.</summary>
    public Action? CountSensors { get; set; }

    /// <summary>Lets go of what was kept of groups, which may be others now, on the loop's thread.</summary>
    public Action? Regrouped { get; set; }

    /// <summary>Where the time a batch spends is recorded; null for nowhere.</summary>
    public ServiceMetrics? Metrics { get; set; }

    /// <summary>Runs until the queue is completed and drained and all of it is durable; the last states are published then.</summary>
    /// <param name="stop">Ends waiting for a full disk.</param>
    /// <exception cref="LogFailedException">The disk failed.</exception>
    /// <exception cref="LogFullException">It was stopped while the disk was full: what was not committed was not acknowledged.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            Turn();
            await HoldBackAsync(InputsAhead, stop);
        }

        await HoldBackAsync(0, stop);
        publisher.PublishPending(committer.Committed);
        publisher.PublishStates();
    }

    /// <summary>Takes what waits in the queue, and publishes what has become durable.</summary>
    public void Turn()
    {
        Receipt? last = Take();
        committer.Post(log.NextSequence, last);
        publisher.PublishPending(committer.Committed);
        Turned?.Invoke();
        Volatile.Write(ref turns, turns + 1);
    }

    private Receipt? Take()
    {
        Receipt? last = null;
        int inputs = 0;
        for (int taken = 0; taken < BatchesPerTurn && inputs < InputsPerTurn && queue.Reader.TryRead(out Work work); taken++)
        {
            inputs += work.Batch?.Count ?? 0;
            last = work.Receipt ?? last;
            if (work.Batch is { } batch)
            {
                Process(batch, work.Span);
                queue.Return(batch);
            }

            if (work.Received > 0)
            {
                committer.Underway.Add(log.NextSequence, work.Received, work.Span);
            }

            checkpointer.DecoderState = work.DecoderState ?? checkpointer.DecoderState;
            Do(work.Chore);
        }

        return last;
    }

    private void Process(InputBatch batch, Activity? span)
    {
        if (batch.Count == 0)
        {
            return;
        }

        log.Append(batch);
        long began = clock.GetTimestamp();
        graph.Process(batch);
        Metrics?.RecordStage(PipelineStage.Graph, clock.GetElapsedTime(began), span);
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
                checkpointer.Begin();
                break;
            case Chore.Regroup:
                Regrouped?.Invoke();
                break;
        }
    }

    /// <summary>Waits while more than so many inputs are not durable, or while the disk is full.</summary>
    private async Task HoldBackAsync(long ahead, CancellationToken stop)
    {
        while (true)
        {
            // Asked for first, so that no commit is missed between looking and waiting.
            Task next = committer.NextAsync();
            committer.ThrowIfFailed();
            if (!MustWait(ahead))
            {
                return;
            }

            if (committer.Fault is not null)
            {
                await MakeRoomAsync(stop);
            }

            await Task.WhenAny(next, Task.Delay(BetweenAttempts, clock, CancellationToken.None));
            Turned?.Invoke();
            Volatile.Write(ref turns, turns + 1);
        }
    }

    private bool MustWait(long ahead) => committer.Fault is not null || log.NextSequence - committer.Committed > ahead;

    // A checkpoint lets the log forget, which may be the room that is missing.
    private async Task MakeRoomAsync(CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            committer.ThrowIfFull();
        }

        await checkpointer.WriteAsync();
        await Task.Delay(BetweenAttempts, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        committer.Post(log.NextSequence, null);
    }

    // An event waits for its input to be durable, and nothing else may come that would wake the loop.
    private void WakeForEvents()
    {
        if (publisher.HasWaiting)
        {
            queue.TryAdd(default);
        }
    }
}
