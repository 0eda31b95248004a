namespace SensorPipeline.Formats.Sources;

/// <summary>What a value is that repeats the last one.</summary>
public enum RepeatPolicy : byte
{
    /// <summary>A reading like any other.</summary>
    Keep,

    /// <summary>A gateway's cached copy: no reading within the repeat window.</summary>
    DropUnchanged,

    /// <summary>No reading when its time is that of the last reading.</summary>
    DropSameTimestamp,
}
