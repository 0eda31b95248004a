namespace SensorPipeline.Formats.Sources;

/// <summary>How rows are written (RFC 4180).</summary>
public sealed record CsvOptions
{
    /// <summary>One character between columns. Default a comma.</summary>
    public string? Separator { get; init; }

    /// <summary>Whether the first row of each payload names the columns, so that paths are names. Default: paths are positions from 0.</summary>
    public bool Header { get; init; }
}
