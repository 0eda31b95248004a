namespace SensorPipeline.Worker.Web;

/// <summary>The connection to the broker.</summary>
public sealed record BrokerStatus
{
    /// <summary>Whether every filter is granted.</summary>
    public bool Ready { get; init; }

    /// <summary>The filters subscribed to.</summary>
    public required IReadOnlyList<string> Filters { get; init; }

    /// <summary>Connections after the first.</summary>
    public long Reconnects { get; init; }

    /// <summary>Bytes received.</summary>
    public long BytesIn { get; init; }

    /// <summary>Results that were not published because the outbox was full.</summary>
    public long Dropped { get; init; }

    /// <summary>Why the last connection ended, or what the broker refused; null where nothing did.</summary>
    public string? Fault { get; init; }
}
