namespace SensorPipeline.Formats.Times;

/// <summary>How a time is written.</summary>
internal enum TimeUnit : byte
{
    /// <summary>RFC 3339, or a number whose size tells its unit.</summary>
    Auto,

    /// <summary>RFC 3339.</summary>
    Rfc3339,

    /// <summary>Seconds since 1970.</summary>
    Seconds,

    /// <summary>Milliseconds since 1970.</summary>
    Milliseconds,

    /// <summary>Microseconds since 1970.</summary>
    Microseconds,

    /// <summary>Nanoseconds since 1970.</summary>
    Nanoseconds,
}
