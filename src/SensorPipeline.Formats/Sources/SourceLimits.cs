namespace SensorPipeline.Formats.Sources;

/// <summary>How much devices may cost.</summary>
public sealed record SourceLimits
{
    /// <summary>Most sensors, over all sources; readings of further ones are rejected.</summary>
    public int Sensors { get; init; } = 100_000;

    /// <summary>Largest payload, bytes.</summary>
    public int PayloadBytes { get; init; } = 262_144;

    /// <summary>Most topics whose route is remembered; when there are more, remembering starts afresh.</summary>
    public int Topics { get; init; } = 200_000;

    /// <summary>Most values that one topic's payloads may name themselves (by the stars of a path, or records with names).</summary>
    public int KeysPerTopic { get; init; } = 4_096;

    /// <summary>Longest sensor name, UTF-8 bytes.</summary>
    public int NameBytes { get; init; } = 512;
}
