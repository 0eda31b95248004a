using SensorPipeline.Streams.Results;
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

    public IReadOnlyList<string> RejectReasons => ["malformed", "non_finite"];

    public long Outliers => 0;

    public long Refits => 0;

    public long QueueDepth => 0;

    public long Reconnects => 0;

    public bool Connected { get; set; }

    public long[] Rejected { get; } = new long[2];

    public long[] Raised { get; } = new long[Enum.GetValues<EventKind>().Length];

    public long ReadingsRejected(int reason) => Rejected[reason];

    public long Events(EventKind kind) => Raised[(int)kind];

    public long Sensors(SensorCondition condition) => condition == SensorCondition.Active ? 3 : 0;
}
