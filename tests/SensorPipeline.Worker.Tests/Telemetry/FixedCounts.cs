using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Tests.Telemetry;

/// <summary>Counts that a test sets.</summary>
internal sealed class FixedCounts : IServiceCounts
{
    public long MessagesReceived { get; set; }

    public long MessagesPublished => 0;

    public long ResultsDropped => 0;

    public long ReadingsAccepted { get; set; }

    public long ReadingsLate => 0;

    public long FramesFused => 0;

    public long FramesCovered => 0;

    public long Outliers => 0;

    public long Refits => 0;

    public long LateRefits => 0;

    public long MixtureComponents => 0;

    public double MixtureLogLikelihood => -1.5;

    public long QueueDepth => 0;

    public double ClockSkew => 0.25;

    public long Reconnects => 0;

    public bool Connected { get; set; }

    public long SilentFilters => 0;

    public long[] Rejected { get; } = new long[Enum.GetValues<RejectReason>().Length];

    public long[] Raised { get; } = new long[Enum.GetValues<EventKind>().Length];

    public AuditReport? Audit { get; } = new()
    {
        Time = EventTime.None,
        Budget = 1,
        Realised = new RealisedRate(3, 2),
        Kinds = [.. Enumerable.Range(0, EpisodeCounts.Kinds).Select(kind => new AuditedKind((EventKind)kind, 0.1, new RealisedRate(0, 2)))],
        SensorsAbove = 1,
        NormalisedInnovationCoverage = 0.94,
        Groups = [new GroupCoverage("kitchen", 0.96, 600), new GroupCoverage("attic", 0.91, 400)],
    };

    public long ReadingsRejected(RejectReason reason) => Rejected[(int)reason];

    public long ReadingsAdjusted(Adjustment adjustment) => adjustment == Adjustment.FutureTime ? 4 : 0;

    public long Events(EventKind kind) => Raised[(int)kind];

    public long Reloads(ReloadResult result) => 0;

    public long Sensors(SensorCondition condition) => condition == SensorCondition.Active ? 3 : 0;
}
