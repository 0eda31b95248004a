namespace SensorPipeline.Worker.Options;

/// <summary>How log entries are written.</summary>
public enum LogFormat
{
    /// <summary>One line for a person.</summary>
    Text,

    /// <summary>One JSON object a line, for a collector.</summary>
    Json,
}
