namespace SensorPipeline.Worker.Replay;

/// <summary>What a replay met.</summary>
internal sealed record ReplaySummary(long Readings, int Sensors, long Outliers, long Events, long BadRowCount, IReadOnlyList<BadRow> BadRows)
{
    /// <summary>Members that were asked for and that no sensor is, each with its group.</summary>
    public IReadOnlyList<(string Group, string Member)> Unmatched { get; init; } = [];
}
