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

    /// <summary>Messages published.</summary>
    public long Published { get; init; }

    /// <summary>Batches that wait to be processed.</summary>
    public long Queue { get; init; }

    /// <summary>Results that wait to be published.</summary>
    public long Outbox { get; init; }

    /// <summary>Time from receipt to result of the latest batch; null while unknown.</summary>
    public TimeSpan? Lag { get; init; }

    /// <summary>The budget, and what was kept of it; null where nothing is known of it.</summary>
    public BudgetStatus? Budget { get; init; }

    /// <summary>What is on disk; null where nothing is known of it.</summary>
    public StorageStatus? Storage { get; init; }

    /// <summary>More of the connection; null where nothing is known of it.</summary>
    public BrokerStatus? Connection { get; init; }

    /// <summary>Messages and readings rejected, by reason; reasons that never came are left out.</summary>
    public IReadOnlyDictionary<string, long> RejectedByReason { get; init; } = new Dictionary<string, long>();

    /// <summary>Events raised, by kind; kinds that never came are left out.</summary>
    public IReadOnlyDictionary<string, long> EventsByKind { get; init; } = new Dictionary<string, long>();
}
