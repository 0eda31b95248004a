using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Web;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>
/// What the page sees of the pipeline. The loop's thread records results as they come and, while somebody looks, takes a picture of all sensors
/// now and then; the page reads pictures. What watching costs the loop is bounded however many sensors there are.
/// </summary>
internal sealed class DashboardFeed(SensorGraph graph, WorkQueue queue, int historyPoints, TimeProvider clock, Func<ServiceStatus> describe) : IDashboardSource
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan IntervalPerSensor = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan Attention = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(0.9);

    private readonly DashboardHistory history = new(new DashboardHistoryOptions { Points = Math.Max(1, historyPoints) });
    private readonly Dictionary<int, (long Name, SensorSummary Summary)> setAside = [];
    private readonly Dictionary<int, FusedEstimate> estimates = [];
    private readonly Dictionary<int, Assignment> assignments = [];
    private volatile Picture picture = new([], [], []);
    private volatile TaskCompletionSource taken = NewPicture();
    private volatile bool isAwaited;
    private long recordedAt;
    private long lookedAt;
    private long takenAt;

    /// <inheritdoc/>
    public ValueTask LookAsync(CancellationToken cancel)
    {
        // Asked for first, so that no picture is missed between looking and waiting.
        Task next = taken.Task;
        Interlocked.Exchange(ref lookedAt, clock.GetTimestamp());
        long last = Interlocked.Read(ref takenAt);
        if (last != 0 && clock.GetElapsedTime(last) <= Attention)
        {
            return ValueTask.CompletedTask;
        }

        // A loop that stands still for longer than attention lasts owes the picture all the same. Where nothing arrives it would go round only with
        // the next second; where the queue is full it goes round anyway.
        isAwaited = true;
        queue.TryAdd(default);
        return new ValueTask(next.WaitAsync(cancel));
    }

    /// <inheritdoc/>
    public ServiceStatus Status => describe() with { Queue = queue.Depth };

    /// <inheritdoc/>
    public IReadOnlyList<GroupState> Groups => picture.Groups;

    /// <inheritdoc/>
    public IReadOnlyList<MixtureState> Mixtures => picture.Mixtures;

    /// <inheritdoc/>
    public void CopySensors(List<SensorSummary> sensors) => sensors.AddRange(picture.Sensors);

    /// <inheritdoc/>
    public long CopyHistory(int sensor, long after, List<HistoryPoint> points) => history.CopyHistory(sensor, after, points);

    /// <inheritdoc/>
    public long CopyEstimates(int group, long after, List<EstimatePoint> points) => history.CopyEstimates(group, after, points);

    /// <inheritdoc/>
    public long CopyRegimes(int group, long after, List<RegimePoint> points) => history.CopyRegimes(group, after, points);

    /// <inheritdoc/>
    public long CopyService(long after, List<ServiceSecond> points) => history.CopyService(after, points);

    /// <inheritdoc/>
    public long CopyEvents(long after, List<StreamEvent> events) => history.CopyEvents(after, events);

    /// <summary>Records the results of a batch; on the loop's thread.</summary>
    public void Record(ResultBatch results)
    {
        history.Record(results.Judgements);
        history.Record(results.Estimates);
        history.Record(results.Regimes);
        Record(results.SensorEvents);
        Record(results.FusionEvents);
        Record(results.MixtureEvents);
        Record(results.JointEvents);
        foreach (ref readonly FusedEstimate estimate in results.Estimates)
        {
            estimates[estimate.Group] = estimate;
        }

        foreach (ref readonly RegimeState regime in results.Regimes)
        {
            long frames = assignments.TryGetValue(regime.Group, out Assignment former) ? former.Frames + 1 : 1;
            assignments[regime.Group] = new Assignment(regime.Regime, frames, results.ResponsibilitiesOf(regime).ToArray());
        }
    }

    /// <summary>Lets go of what was kept of groups: they may be others now, under the same numbers. On the loop's thread.</summary>
    public void ForgetGroups()
    {
        history.ForgetGroups();
        estimates.Clear();
        assignments.Clear();
    }

    /// <summary>Notes how the service is, so that who looks later sees how it was; once a second.</summary>
    public void RecordService()
    {
        // A loop that was held up does several seconds' chores at once; what a second brought could not be told from that.
        if (recordedAt != 0 && clock.GetElapsedTime(recordedAt) < Second)
        {
            return;
        }

        recordedAt = clock.GetTimestamp();
        ServiceStatus now = Status;
        history.Record(new ServiceSecond(clock.GetUtcNow(), now.Messages, now.Readings, now.Rejected, now.Published, now.Queue, now.Outbox, now.Lag));
    }

    /// <summary>Takes a picture if somebody looks and the last one is old enough; on the loop's thread.</summary>
    public void TakePicture()
    {
        TimeSpan interval = ShortestInterval + (IntervalPerSensor * graph.Names.Count);
        bool isWatched = Interlocked.Read(ref lookedAt) != 0 && clock.GetElapsedTime(Interlocked.Read(ref lookedAt)) < Attention;
        if (!isAwaited && (!isWatched || (takenAt != 0 && clock.GetElapsedTime(takenAt) < interval)))
        {
            return;
        }

        isAwaited = false;
        var sensors = new SensorSummary[graph.Names.Count];
        for (int sensor = 0; sensor < sensors.Length; sensor++)
        {
            sensors[sensor] = SummaryOf(sensor);
        }

        picture = new Picture(
            sensors,
            [.. graph.Groups.Groups.Where(group => group.Options is FusionOptions).Select(StateOf)],
            [.. graph.Groups.Groups.Where(group => group.Options is MixtureOptions).Select(MixtureOf)]);
        Interlocked.Exchange(ref takenAt, clock.GetTimestamp());
        TaskCompletionSource waiting = taken;
        taken = NewPicture();
        waiting.SetResult();
    }

    // A state on disk is read once.
    private SensorSummary SummaryOf(int sensor)
    {
        if (graph.Sensors.SetAsideAs(sensor) is not { } name)
        {
            return graph.Sensors.Summarise(sensor);
        }

        if (!setAside.TryGetValue(sensor, out var known) || known.Name != name)
        {
            setAside[sensor] = known = (name, graph.Sensors.Summarise(sensor));
        }

        return known.Summary;
    }

    private void Record(IReadOnlyList<StreamEvent> events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            history.Record(events[i]);
        }
    }

    // Who waits goes on with a thread of the pool and not with the loop's.
    private static TaskCompletionSource NewPicture() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GroupState StateOf(Group group) =>
        new(group.Index, group.Name, [.. group.Members], estimates.TryGetValue(group.Index, out FusedEstimate latest) ? latest : null, graph.Fusion.MembersOf(group.Index));

    private MixtureState MixtureOf(Group group)
    {
        MixtureModel? model = graph.Mixtures.ModelOf(group.Index);
        Assignment assigned = assignments.TryGetValue(group.Index, out Assignment found) ? found : new Assignment(null, 0, []);
        return new MixtureState
        {
            Index = group.Index,
            Name = group.Name,
            Members = model?.Members ?? [.. group.Members],
            Components = model is null ? [] : [.. model.Labels.Select((label, k) => new MixtureComponent(
                label,
                model.Weights[k],
                model.Means[k],
                [.. model.Covariances[k].SelectMany(row => row)],
                assigned.Responsibilities.Length == model.Labels.Length ? assigned.Responsibilities[k] : 0))],
            Refits = model?.Refit ?? 0,
            Frames = assigned.Frames,
            Regime = assigned.Label,
        };
    }

    private readonly record struct Assignment(int? Label, long Frames, double[] Responsibilities);

    private sealed record Picture(SensorSummary[] Sensors, IReadOnlyList<GroupState> Groups, IReadOnlyList<MixtureState> Mixtures);
}
