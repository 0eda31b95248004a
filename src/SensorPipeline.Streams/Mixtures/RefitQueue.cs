using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// Runs refits beside the graph, one at a time and the one that takes effect first first: a thousand groups that are due together take turns and leave the other cores alone. No result depends on
/// the order, only how long the graph waits.
/// </summary>
internal sealed class RefitQueue
{
    private readonly TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly PriorityQueue<Task<RefittedMixture?>, (EventTime TakesEffect, long Order)> waiting = new();
    private TimeProvider? clock;
    private Action<TimeSpan>? record;
    private long order;
    private long late;

    /// <summary>How many refits the graph has had to wait for.</summary>
    public long Late => Volatile.Read(ref late);

    /// <summary>Has the durations of refits recorded, on the refits' thread. No result depends on them.</summary>
    public void Measure(TimeProvider clock, Action<TimeSpan> record) => (this.clock, this.record) = (clock, record);

    /// <summary>Starts a refit when its turn comes.</summary>
    public Task<RefittedMixture?> Start(EventTime takesEffect, Func<RefittedMixture?> refit)
    {
        var task = new Task<RefittedMixture?>(() => Run(refit), TaskCreationOptions.DenyChildAttach);
        lock (waiting)
        {
            waiting.Enqueue(task, (takesEffect, order++));
        }

        Task.Factory.StartNew(RunFirst, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
        return task;
    }

    /// <summary>What a refit found that takes effect now.</summary>
    public RefittedMixture? Await(Task<RefittedMixture?> refit)
    {
        if (!refit.IsCompleted)
        {
            Interlocked.Increment(ref late);
        }

        return refit.GetAwaiter().GetResult();
    }

    private void RunFirst()
    {
        Task<RefittedMixture?> first;
        lock (waiting)
        {
            first = waiting.Dequeue();
        }

        first.RunSynchronously(TaskScheduler.Default);
    }

    private RefittedMixture? Run(Func<RefittedMixture?> refit)
    {
        long began = clock?.GetTimestamp() ?? 0;
        RefittedMixture? found = refit();
        record?.Invoke(clock!.GetElapsedTime(began));
        return found;
    }
}
