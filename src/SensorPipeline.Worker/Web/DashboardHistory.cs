using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>
/// The recent past that the page draws: judged readings by sensor, estimates by group, and events. The graph's thread records whole batches
/// and readers copy, one lock for both, held for microseconds. Memory is bounded by the options: a reading takes 32 bytes.
/// </summary>
public sealed class DashboardHistory(DashboardHistoryOptions options)
{
    private readonly Lock gate = new();
    private readonly RecentItems<StreamEvent> events = new(options.Events);
    private readonly ReadingRings sensors = new(options.Points, options.Sensors);
    private readonly RecentItems<ServiceSecond> service = new(options.Seconds);
    private RecentItems<EstimatePoint>?[] groups = [];
    private RecentItems<RegimePoint>?[] regimes = [];

    /// <summary>Records the judgements of a batch.</summary>
    public void Record(ReadOnlySpan<Judgement> judgements)
    {
        lock (gate)
        {
            foreach (ref readonly Judgement judgement in judgements)
            {
                sensors.Add(judgement);
            }
        }
    }

    /// <summary>Records the estimates of a batch.</summary>
    public void Record(ReadOnlySpan<FusedEstimate> estimates)
    {
        lock (gate)
        {
            foreach (ref readonly FusedEstimate estimate in estimates)
            {
                if (estimate.Group < options.Groups)
                {
                    At(ref groups, estimate.Group).Add(new EstimatePoint(
                        estimate.Time, estimate.Mean, Math.Sqrt(estimate.Variance), estimate.ChiSquare, estimate.NormalisedInnovationSquared, estimate.Members));
                }
            }
        }
    }

    /// <summary>Records the regimes of a batch.</summary>
    public void Record(ReadOnlySpan<RegimeState> states)
    {
        lock (gate)
        {
            foreach (ref readonly RegimeState state in states)
            {
                if (state.Group < options.Groups)
                {
                    At(ref regimes, state.Group).Add(new RegimePoint(state.Time, state.Regime, state.TailProbability));
                }
            }
        }
    }

    /// <summary>Lets go of estimates and regimes.</summary>
    public void ForgetGroups()
    {
        lock (gate)
        {
            groups = [];
            regimes = [];
        }
    }

    /// <summary>Records how the service is.</summary>
    public void Record(in ServiceSecond point)
    {
        lock (gate)
        {
            service.Add(point);
        }
    }

    /// <summary>Records an event.</summary>
    public void Record(StreamEvent happened)
    {
        lock (gate)
        {
            events.Add(happened);
        }
    }

    /// <summary>As <see cref="IDashboardSource.CopyHistory"/>.</summary>
    public long CopyHistory(int sensor, long after, List<HistoryPoint> points)
    {
        lock (gate)
        {
            return sensors.CopyAfter(sensor, after, points);
        }
    }

    /// <summary>As <see cref="IDashboardSource.CopyEstimates"/>.</summary>
    public long CopyEstimates(int group, long after, List<EstimatePoint> points)
    {
        lock (gate)
        {
            return (uint)group < (uint)groups.Length && groups[group] is { } history ? history.CopyAfter(after, points) : 0;
        }
    }

    /// <summary>As <see cref="IDashboardSource.CopyRegimes"/>.</summary>
    public long CopyRegimes(int group, long after, List<RegimePoint> points)
    {
        lock (gate)
        {
            return (uint)group < (uint)regimes.Length && regimes[group] is { } history ? history.CopyAfter(after, points) : 0;
        }
    }

    /// <summary>As <see cref="IDashboardSource.CopyService"/>.</summary>
    public long CopyService(long after, List<ServiceSecond> points)
    {
        lock (gate)
        {
            return service.CopyAfter(after, points);
        }
    }

    /// <summary>As <see cref="IDashboardSource.CopyEvents"/>.</summary>
    public long CopyEvents(long after, List<StreamEvent> target)
    {
        lock (gate)
        {
            return events.CopyAfter(after, target);
        }
    }

    private RecentItems<T> At<T>(ref RecentItems<T>?[] histories, int index)
    {
        if (index >= histories.Length)
        {
            Array.Resize(ref histories, Math.Max(index + 1, histories.Length * 2));
        }

        return histories[index] ??= new RecentItems<T>(options.Points);
    }
}
