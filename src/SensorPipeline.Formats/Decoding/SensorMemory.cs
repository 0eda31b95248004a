using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Decoding;

/// <summary>What has to be remembered of a sensor to recognise a repeated value, and what the broker had stored of it.</summary>
internal record struct SensorMemory
{
    /// <summary>Whether a reading was taken.</summary>
    public bool HasReading { get; set; }

    /// <summary>Whether the broker replayed a stored value.</summary>
    public bool HasSeed { get; set; }

    /// <summary>The last reading taken.</summary>
    public double Value { get; set; }

    /// <summary>Its time.</summary>
    public EventTime Time { get; set; }

    /// <summary>The value the broker had stored.</summary>
    public double Seed { get; set; }

    /// <summary>Its time.</summary>
    public EventTime SeedTime { get; set; }
}
