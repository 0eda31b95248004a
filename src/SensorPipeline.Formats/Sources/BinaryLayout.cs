using System.Buffers.Binary;

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

    /// <summary>The number that bytes begin with.</summary>
    public double Read(ReadOnlySpan<byte> bytes) => IsBigEndian ? ReadBig(bytes) : ReadLittle(bytes);

    private double ReadLittle(ReadOnlySpan<byte> bytes) => Type switch
    {
        BinaryType.U8 => bytes[0],
        BinaryType.I8 => (sbyte)bytes[0],
        BinaryType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        BinaryType.I16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        BinaryType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        BinaryType.U64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    private double ReadBig(ReadOnlySpan<byte> bytes) => Type switch
    {
        BinaryType.U8 => bytes[0],
        BinaryType.I8 => (sbyte)bytes[0],
        BinaryType.U16 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        BinaryType.I16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
        BinaryType.U32 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        BinaryType.I32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
        BinaryType.U64 => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryType.I64 => BinaryPrimitives.ReadInt64BigEndian(bytes),
        BinaryType.F32 => BinaryPrimitives.ReadSingleBigEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleBigEndian(bytes),
    };
}
