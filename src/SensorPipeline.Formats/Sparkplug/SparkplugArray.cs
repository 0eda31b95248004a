using System.Buffers.Binary;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Sparkplug;

/// <summary>The numbers of an array metric: packed without gaps, booleans as a count and then a bit each, the greatest bit first.</summary>
internal readonly ref struct SparkplugArray
{
    private const int First = 22;
    private const int Booleans = 32;
    private static readonly BinaryType[] Types =
    [
        BinaryType.I8, BinaryType.I16, BinaryType.I32, BinaryType.I64, BinaryType.U8, BinaryType.U16, BinaryType.U32, BinaryType.U64, BinaryType.F32, BinaryType.F64,
    ];

    private static readonly BinaryLayout[] Little = [.. Types.Select(type => new BinaryLayout(type, IsBigEndian: false, 0, 1))];
    private static readonly BinaryLayout[] Big = [.. Types.Select(type => new BinaryLayout(type, IsBigEndian: true, 0, 1))];

    private readonly ReadOnlySpan<byte> bytes;
    private readonly BinaryLayout? layout;

    private SparkplugArray(ReadOnlySpan<byte> bytes, BinaryLayout? layout, int count)
    {
        this.bytes = bytes;
        this.layout = layout;
        Count = count;
    }

    /// <summary>How many numbers there are.</summary>
    public int Count { get; }

    /// <summary>One of them; booleans are 0 and 1.</summary>
    public double this[int index] => layout is not null ? layout.Read(bytes[(index * layout.Size)..])
        : (bytes[sizeof(uint) + (index / 8)] >> (7 - (index % 8))) & 1;

    /// <summary>Whether a datatype is one of an array of numbers or booleans.</summary>
    public static bool IsArray(int datatype) => datatype is >= First and <= Booleans;

    /// <summary>Reads an array; false where the bytes are not of the datatype.</summary>
    public static bool TryRead(int datatype, ReadOnlySpan<byte> bytes, bool isBigEndian, out SparkplugArray array)
    {
        if (datatype == Booleans)
        {
            long count = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : -1;
            bool holds = count >= 0 && bytes.Length - sizeof(uint) == (count + 7) / 8;
            array = holds ? new SparkplugArray(bytes, null, (int)count) : default;
            return holds;
        }

        BinaryLayout layout = (isBigEndian ? Big : Little)[datatype - First];
        bool fits = bytes.Length % layout.Size == 0;
        array = fits ? new SparkplugArray(bytes, layout, bytes.Length / layout.Size) : default;
        return fits;
    }
}
