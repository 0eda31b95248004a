namespace SensorPipeline.Worker.Replay;

/// <summary>What the rows of a replay look like.</summary>
public enum OutputFormat
{
    /// <summary>RFC 4180 with a header; unknown statistics are empty cells.</summary>
    Csv,

    /// <summary>One JSON object a line; unknown statistics are left out.</summary>
    JsonLines,
}
