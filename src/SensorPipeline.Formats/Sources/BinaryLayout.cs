namespace SensorPipeline.Formats.Sources;

/// <summary>The type of the numbers in an array.</summary>
internal enum BinaryType : byte
{
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

/// <summary>A compiled array layout.</summary>
internal sealed record BinaryLayout(BinaryType Type, bool IsBigEndian, int Skip, int Width)
{
    /// <summary>The types by the names people write.</summary>
    public static IReadOnlyDictionary<string, BinaryType> Types { get; } =
        Enum.GetValues<BinaryType>().ToDictionary(type => $"{type}".ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The byte orders by the names people write: whether the greatest byte comes first.</summary>
    public static IReadOnlyDictionary<string, bool> Endians { get; } =
        new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase) { ["little"] = false, ["big"] = true };

    /// <summary>Bytes of a number.</summary>
    public int Size => Type switch
    {
        BinaryType.U8 or BinaryType.I8 => 1,
        BinaryType.U16 or BinaryType.I16 => 2,
        BinaryType.U32 or BinaryType.I32 or BinaryType.F32 => 4,
        _ => 8,
    };
}
