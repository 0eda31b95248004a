namespace SensorPipeline.Streams.Mixtures;

/// <summary>Runs refits beside the graph, one at a time: a thousand groups that are due together take turns and leave the other cores alone.</summary>
internal sealed class RefitQueue
{
    private readonly TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private TimeProvider? clock;
    private Action<TimeSpan>? record;

    /// <summary>Has the durations of refits recorded, on the refits' thread. No result depends on them.</summary>
    public void Measure(TimeProvider clock, Action<TimeSpan> record) => (this.clock, this.record) = (clock, record);

    /// <summary>Starts a refit when its turn comes.</summary>
    public Task<RefittedMixture?> Start(Func<RefittedMixture?> refit) =>
        Task.Factory.StartNew(() => Run(refit), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);

    private RefittedMixture? Run(Func<RefittedMixture?> refit)
    {
        long began = clock?.GetTimestamp() ?? 0;
        RefittedMixture? found = refit();
        record?.Invoke(clock!.GetElapsedTime(began));
        return found;
    }
}
