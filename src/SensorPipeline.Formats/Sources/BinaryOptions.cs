namespace SensorPipeline.Formats.Sources;

/// <summary>How an array of numbers is laid out: a header, then samples, each with one number a channel.</summary>
public sealed record BinaryOptions
{
    /// <summary><c>u8 i8 u16 i16 u32 i32 u64 i64 f32 f64</c>. Default <c>f32</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Byte order: <c>little</c> (default) or <c>big</c>.</summary>
    public string? Endian { get; init; }

    /// <summary>Bytes before the first sample. Default 0.</summary>
    public int Skip { get; init; }

    /// <summary>Numbers in a sample. Default: as many as there are channels.</summary>
    public int? Width { get; init; }
}
