namespace SensorPipeline.Formats.Sources;

/// <summary>How a payload is written.</summary>
internal enum PayloadFormat
{
    /// <summary>One number as text.</summary>
    Number,

    /// <summary>JSON, values found by pointer.</summary>
    Json,
}
