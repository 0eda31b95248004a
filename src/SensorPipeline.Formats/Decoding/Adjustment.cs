namespace SensorPipeline.Formats.Decoding;

/// <summary>What had to be assumed for a reading that was taken. A closed set: the tag of a metric.</summary>
public enum Adjustment : byte
{
    /// <summary>Its time lay too far in the future; it got the time of arrival.</summary>
    FutureTime,

    /// <summary>Its time could not be read, or had no zone; it got the time of arrival.</summary>
    UnreadableTime,

    /// <summary>Its payload holds no time; it got the time of arrival.</summary>
    MissingTime,

    /// <summary>The payload holds no value for a channel, as when a device reports only what changed.</summary>
    MissingValue,

    /// <summary>Messages of a Sparkplug node are missing before this one.</summary>
    SequenceGap,
}
