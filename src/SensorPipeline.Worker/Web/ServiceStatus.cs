namespace SensorPipeline.Worker.Web;

/// <summary>The service itself, as the page shows it. Counters begin with the process.</summary>
public sealed record ServiceStatus
{
    /// <summary>The instance's name.</summary>
    public required string Instance { get; init; }

    /// <summary>The product's version.</summary>
    public required string Version { get; init; }

    /// <summary>When the process began to serve.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The broker, as host and port.</summary>
    public required string Broker { get; init; }

    /// <summary>Whether there is a connection to it.</summary>
    public required bool Connected { get; init; }

    /// <summary>Messages received.</summary>
    public long Messages { get; init; }

    /// <summary>Readings accepted.</summary>
    public long Readings { get; init; }

    /// <summary>Messages and readings rejected, for whatever reason.</summary>
    public long Rejected { get; init; }

    /// <summary>Readings flagged.</summary>
    public long Outliers { get; init; }

    /// <summary>Events raised.</summary>
    public long Events { get; init; }

    /// <summary>Refits of mixtures.</summary>
    public long Refits { get; init; }

    /// <summary>Readings that wait to be processed.</summary>
    public long Queue { get; init; }

    /// <summary>Time from receipt to result of the latest batch; null while unknown.</summary>
    public TimeSpan? Lag { get; init; }
}
