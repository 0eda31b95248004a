namespace SensorPipeline.Formats.Sources;

/// <summary>How a payload is written.</summary>
internal enum PayloadFormat
{
    /// <summary>One number as text.</summary>
    Number,

    /// <summary>JSON, values found by pointer.</summary>
    Json,

    /// <summary>SenML in JSON (RFC 8428): records with names.</summary>
    SenmlJson,

    /// <summary>SenML in CBOR (RFC 8428).</summary>
    SenmlCbor,

    /// <summary>InfluxDB line protocol: fields with names.</summary>
    Influx,

    /// <summary>Sparkplug B: metrics with names.</summary>
    Sparkplug,

    /// <summary>An array of numbers in binary.</summary>
    Binary,

    /// <summary>Rows of comma-separated values.</summary>
    Csv,
}
