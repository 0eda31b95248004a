using System.Runtime.ExceptionServices;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// Makes inputs durable on a thread of its own: while the disk synchronises one lot, the loop appends the next. What a lot came from is
/// acknowledged when it is durable, in order of receipt. While the disk is full it tries again whenever it is asked; any other fault ends it.
/// </summary>
internal sealed class Committer(IInputLog log, IMqttTransport transport, TimeProvider clock) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim posted = new(0);
    private TaskCompletionSource? next;
    private Receipt? receipt;
    private Receipt? acknowledged;
    private long appended = log.NextSequence;
    private long committed = log.NextSequence;
    private volatile LogFullException? full;
    private volatile Exception? failure;
    private volatile bool stopped;

    /// <summary>Inputs before this sequence are durable.</summary>
    public long Committed => Volatile.Read(ref committed);

    /// <summary>Why the log takes nothing now, or null.</summary>
    public string? Fault => full?.Message;

    /// <summary>What was received and is not durable yet.</summary>
    public Underway Underway { get; } = new(clock);

    /// <summary>Told when more has become durable, on the committer's thread.</summary>
    public Action? Advanced { get; set; }

    /// <summary>Where the time of a commit is recorded; null for nowhere.</summary>
    public ServiceMetrics? Metrics { get; set; }

    /// <summary>Everything before this sequence was appended; the receipt, if any, stands for all of it.</summary>
    public void Post(long sequence, Receipt? last)
    {
        lock (gate)
        {
            appended = sequence;
            receipt = last ?? receipt;
        }

        if (posted.CurrentCount == 0)
        {
            posted.Release();
        }
    }

    /// <summary>Completes after the next attempt to commit.</summary>
    public Task NextAsync()
    {
        lock (gate)
        {
            next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return next.Task;
        }
    }

    /// <summary>Throws what ended the committer, if anything did.</summary>
    public void ThrowIfFailed() => Throw(failure);

    /// <summary>Throws why the log takes nothing now, if it does not.</summary>
    public void ThrowIfFull() => Throw(full);

    /// <summary>Commits whenever something was posted, until it is stopped or the log fails.</summary>
    public Task RunAsync() => Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Ends <see cref="RunAsync"/> once what was posted is durable and acknowledged.</summary>
    public void Stop()
    {
        stopped = true;
        posted.Release();
    }

    /// <summary>Commits what is appended and acknowledges what it came from.</summary>
    /// <exception cref="LogFailedException">Nothing more will be committed.</exception>
    public void Turn()
    {
        long until;
        Receipt? last;
        lock (gate)
        {
            (until, last) = (appended, receipt);
        }

        long before = Committed;
        if (until > before || full is not null)
        {
            TryCommit(until);
        }

        if (full is null)
        {
            Settle(last);
        }

        Announce();
        if (Committed > before)
        {
            Advanced?.Invoke();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => posted.Dispose();

    private void Run()
    {
        try
        {
            // What was posted before the stop is settled: asked for first, so that none of it is missed.
            bool last;
            do
            {
                posted.Wait();
                last = stopped;
                Turn();
            }
            while (!last);
        }
        catch (Exception ended)
        {
            // Whatever it was, the loop must not wait for commits that never come.
            failure = ended;
            throw;
        }
        finally
        {
            Announce();
        }
    }

    private void TryCommit(long until)
    {
        long began = clock.GetTimestamp();
        try
        {
            log.Commit();
            Volatile.Write(ref committed, until);
            full = null;
        }
        catch (LogFullException found)
        {
            full = found;
        }

        Metrics?.RecordStage(PipelineStage.Log, clock.GetElapsedTime(began));
    }

    private void Settle(Receipt? last)
    {
        Underway.End(Committed);
        if (last is { } due && last != acknowledged)
        {
            transport.Acknowledge(due);
            acknowledged = last;
        }
    }

    private static void Throw(Exception? found)
    {
        if (found is not null)
        {
            ExceptionDispatchInfo.Throw(found);
        }
    }

    private void Announce()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            (waiting, next) = (next, null);
        }

        waiting?.SetResult();
    }
}
