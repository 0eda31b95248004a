using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Sources;

/// <summary>The times of samples that share a message: one period apart, from the first or up to the last.</summary>
internal readonly record struct SampleClock(TimeSpan Period, bool NamesFirst)
{
    /// <summary>What a stated time belongs to, by the names people write: whether to the first sample.</summary>
    public static IReadOnlyDictionary<string, bool> Ends { get; } =
        new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase) { ["last"] = false, ["first"] = true };

    /// <summary>The time of sample <paramref name="index"/> of <paramref name="count"/>.</summary>
    public EventTime At(EventTime stated, int index, int count) => stated + (Period * (NamesFirst ? index : index - count + 1));
}
