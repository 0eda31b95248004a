using SensorPipeline.Formats.Json;
using SensorPipeline.Formats.Times;
using SensorPipeline.Formats.Topics;

namespace SensorPipeline.Formats.Sources;

/// <summary>A compiled source.</summary>
internal sealed class SourcePlan
{
    /// <summary>Stands for a column that has a name.</summary>
    public const int NamedColumn = -2;

    /// <summary>Position among the plans; the first that matches takes a topic.</summary>
    public required int Index { get; init; }

    /// <summary>Position in the configuration; a preset has several plans at one position.</summary>
    public required int Origin { get; init; }

    /// <summary>Configuration key of the source.</summary>
    public required string Key { get; init; }

    public required TopicTemplate Template { get; init; }

    public required TopicTemplate[] Exclude { get; init; }

    public required PayloadFormat Format { get; init; }

    public required int Qos { get; init; }

    public required ChannelPlan[] Channels { get; init; }

    /// <summary>What is wanted of JSON payloads.</summary>
    public required JsonLayout Layout { get; init; }

    /// <summary>The channels of paths with stars, by rule.</summary>
    public required ChannelPlan[] Rules { get; init; }

    /// <summary>Slot of the time, or -1.</summary>
    public required int TimeSlot { get; init; }

    /// <summary>Slot of the message counter, or -1.</summary>
    public required int CounterSlot { get; init; }

    /// <summary>Whether each message holds a number that its device counts them by.</summary>
    public bool IsNumbered => CounterSlot >= 0 || Format == PayloadFormat.Sparkplug;

    /// <summary>Column of the time, -1 for none, or <see cref="NamedColumn"/>.</summary>
    public required int TimeColumn { get; init; }

    public required string TimeColumnName { get; init; }

    public required SampleClock Samples { get; init; }

    /// <summary>Whether several samples of one message can be told apart in time.</summary>
    public bool HasPeriod => Samples.Period > TimeSpan.Zero;

    public required BinaryLayout Binary { get; init; }

    public required CsvOptions Csv { get; init; }

    public required SparkplugOptions Sparkplug { get; init; }

    public required TimeReader Times { get; init; }

    public required Condition[] Conditions { get; init; }

    public required RetainedPolicy Retained { get; init; }

    public required RepeatPolicy Repeat { get; init; }

    public required TimeSpan RepeatWindow { get; init; }

    public required TimeSpan MaxFuture { get; init; }

    public required TimeSpan MaxAge { get; init; }

    /// <summary>Whether every value of a live message simply is a reading.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>Whether this source would take a topic.</summary>
    public bool TryMatch(string topic, out string[] values) =>
        Template.TryMatch(topic, out values) && !Array.Exists(Exclude, pattern => pattern.Matches(topic));
}
