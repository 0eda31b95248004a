using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Web;

/// <summary>
/// What the page is allowed to see of a running service. Every member may be called from any thread at any time, a few times a second
/// while somebody looks and never otherwise, and answers at once with a state of its own that nobody changes afterwards.
/// </summary>
public interface IDashboardSource
{
    /// <summary>Says that somebody looks, and completes when what there is to see is of now: who comes after a while has to wait for the pipeline's next turn.</summary>
    ValueTask LookAsync(CancellationToken cancel);

    /// <summary>Counters and connection.</summary>
    ServiceStatus Status { get; }

    /// <summary>The groups whose members are fused.</summary>
    IReadOnlyList<GroupState> Groups { get; }

    /// <summary>The mixtures in force.</summary>
    IReadOnlyList<MixtureState> Mixtures { get; }

    /// <summary>Appends the state of every sensor, in the order of their indices.</summary>
    void CopySensors(List<SensorSummary> sensors);

    /// <summary>Appends the judged readings of a sensor behind a position, 0 for all that are kept; returns the position reached.</summary>
    long CopyHistory(int sensor, long after, List<HistoryPoint> points);

    /// <summary>Appends the estimates of a group behind a position, 0 for all that are kept; returns the position reached.</summary>
    long CopyEstimates(int group, long after, List<EstimatePoint> points);

    /// <summary>Appends the regimes a mixture's group was in behind a position, 0 for all that are kept; returns the position reached.</summary>
    long CopyRegimes(int group, long after, List<RegimePoint> points);

    /// <summary>Appends the service's counters, second by second, behind a position, 0 for all that are kept; returns the position reached.</summary>
    long CopyService(long after, List<ServiceSecond> points);

    /// <summary>Appends the events behind a position, 0 for all that are kept; returns the position reached.</summary>
    long CopyEvents(long after, List<StreamEvent> events);
}
