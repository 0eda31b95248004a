namespace SensorPipeline.Worker.Replay;

/// <summary>What a replay met.</summary>
internal sealed record ReplaySummary(long Readings, int Sensors, long Outliers, long Events, long BadRowCount, IReadOnlyList<BadRow> BadRows);
