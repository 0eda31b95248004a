using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Worker.Telemetry;

/// <summary>
/// What the pipeline has counted since the process started: plain numbers that it increments anyway. They are read when somebody
/// scrapes, from another thread, so counting costs the hot path nothing more than the increment.
/// </summary>
public interface IServiceCounts
{
    /// <summary>Messages the broker delivered.</summary>
    long MessagesReceived { get; }

    /// <summary>Messages published and, where the quality of service asks for it, acknowledged.</summary>
    long MessagesPublished { get; }

    /// <summary>Results that were not published because the queue was full.</summary>
    long ResultsDropped { get; }

    /// <summary>Readings that reached a sensor's statistics.</summary>
    long ReadingsAccepted { get; }

    /// <summary>Readings that came after their group's frame had closed; they count for their sensor.</summary>
    long ReadingsLate { get; }

    /// <summary>Frames fused, over all groups.</summary>
    long FramesFused { get; }

    /// <summary>Fused frames whose normalised innovation squared lay inside its 95 % band.</summary>
    long FramesCovered { get; }

    /// <summary>Readings judged outliers.</summary>
    long Outliers { get; }

    /// <summary>Refits that took the place of the mixture in force.</summary>
    long Refits { get; }

    /// <summary>Refits that were not ready when they were to take effect, so that the graph had to wait.</summary>
    long LateRefits { get; }

    /// <summary>Components of the mixtures in force.</summary>
    long MixtureComponents { get; }

    /// <summary>Mean log density of the frames the mixtures in force were fitted to, averaged over the groups; NaN without one.</summary>
    double MixtureLogLikelihood { get; }

    /// <summary>Results waiting to be published.</summary>
    long QueueDepth { get; }

    /// <summary>Arrival of the latest reading less its own time, seconds; NaN before there was one.</summary>
    double ClockSkew { get; }

    /// <summary>Connections to the broker after the first.</summary>
    long Reconnects { get; }

    /// <summary>Whether the broker is connected.</summary>
    bool Connected { get; }

    /// <summary>Topic filters that used to deliver and no longer do, though the connection stands.</summary>
    long SilentFilters { get; }

    /// <summary>Readings and messages rejected for a reason.</summary>
    long ReadingsRejected(RejectReason reason);

    /// <summary>Readings accepted although something had to be assumed.</summary>
    long ReadingsAdjusted(Adjustment adjustment);

    /// <summary>Events of a kind.</summary>
    long Events(EventKind kind);

    /// <summary>Edits of the configuration of the running service, by what became of them.</summary>
    long Reloads(ReloadResult result);

    /// <summary>The budget beside what was kept of it, as last drawn up; null before.</summary>
    AuditReport? Audit { get; }

    /// <summary>Sensors that are in a condition now; each known sensor is in exactly one.</summary>
    long Sensors(SensorCondition condition);
}
