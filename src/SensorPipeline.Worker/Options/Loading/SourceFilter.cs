using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>The MQTT filter a topic template subscribes to.</summary>
internal static class SourceFilter
{
    /// <summary>The filter, or null where a preset supplies the topic.</summary>
    public static string? Of(SourceOptions source) => source.Topic is null ? null : string.Join('/', source.Topic.Split('/').Select(Level));

    private static string Level(string level) => level switch
    {
        _ when level.EndsWith("...}", StringComparison.Ordinal) => "#",
        _ when level.Contains('{', StringComparison.Ordinal) => "+",
        _ => level,
    };
}
