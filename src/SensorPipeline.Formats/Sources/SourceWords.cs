using System.Reflection;
using SensorPipeline.Formats.Numbers;
using SensorPipeline.Formats.Times;

namespace SensorPipeline.Formats.Sources;

/// <summary>The words that options of sources take where they take no others, so that an editor can offer them.</summary>
public static class SourceWords
{
    /// <summary>The words an option takes, as documented; null where it takes any text.</summary>
    public static IEnumerable<string>? Of(PropertyInfo option) => (option.DeclaringType?.Name, option.Name) switch
    {
        (nameof(SourceOptions), nameof(SourceOptions.Preset)) => Presets.Names,
        (nameof(SourceOptions), nameof(SourceOptions.Format)) => PayloadFormats.Names.Keys,
        (nameof(SourceOptions), nameof(SourceOptions.TimeFormat)) => TimeReader.Names.Keys,
        (nameof(SourceOptions), nameof(SourceOptions.TimeOf)) => SampleClock.Ends.Keys,
        (nameof(SourceOptions), nameof(SourceOptions.Retained)) => SourceCompiler.RetainedPolicies.Keys,
        (nameof(SourceOptions), nameof(SourceOptions.Repeat)) => SourceCompiler.RepeatPolicies.Keys,
        (nameof(BinaryOptions), nameof(BinaryOptions.Type)) => BinaryLayout.Types.Keys,
        (nameof(BinaryOptions), nameof(BinaryOptions.Endian)) => BinaryLayout.Endians.Keys,
        (nameof(ChannelOptions), nameof(ChannelOptions.ConvertTo)) => UnitConversion.Codes,
        _ => null,
    };
}
