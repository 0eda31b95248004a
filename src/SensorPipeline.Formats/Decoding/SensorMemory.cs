using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Decoding;

/// <summary>What has to be remembered of a sensor to recognise a repeated value, and what the broker had stored of it.</summary>
internal record struct SensorMemory
{
    /// <summary>Whether a reading was taken.</summary>
    public bool HasReading { get; set; }

    /// <summary>The last reading taken.</summary>
    public double Value { get; set; }

    /// <summary>Its time.</summary>
    public EventTime Time { get; set; }
}
