namespace SensorPipeline.Worker.Web;

/// <summary>How much of the past is kept for the page.</summary>
public sealed record DashboardHistoryOptions
{
    /// <summary>Points kept of each sensor and each group.</summary>
    public int Points { get; init; } = 600;

    /// <summary>Sensors with a smaller index than this have a history.</summary>
    public int Sensors { get; init; } = 2000;

    /// <summary>Groups with a smaller index than this have a history.</summary>
    public int Groups { get; init; } = 500;

    /// <summary>Seconds of the service's own counters kept.</summary>
    public int Seconds { get; init; } = 600;

    /// <summary>Events kept.</summary>
    public int Events { get; init; } = 200;
}
