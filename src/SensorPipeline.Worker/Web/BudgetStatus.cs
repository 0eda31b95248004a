namespace SensorPipeline.Worker.Web;

/// <summary>The false-alarm budget and what was kept of it.</summary>
public sealed record BudgetStatus
{
    /// <summary>False alarms a sensor may raise a day.</summary>
    public required double PerDay { get; init; }

    /// <summary>The share of the budget that single readings have; the rest is for changes that no reading shows alone.</summary>
    public required double PointShare { get; init; }

    /// <summary>A reading more probable than this is never flagged, however large the budget.</summary>
    public required double Cap { get; init; }

    /// <summary>Alarms a sensor and day as they came; null while unknown.</summary>
    public double? Realised { get; init; }

    /// <summary>The lower end of its 95 % interval.</summary>
    public double? RealisedLower { get; init; }

    /// <summary>The upper end of its 95 % interval.</summary>
    public double? RealisedUpper { get; init; }

    /// <summary>The share of fused innovations inside their 95 % band; null while unknown.</summary>
    public double? Coverage { get; init; }
}
