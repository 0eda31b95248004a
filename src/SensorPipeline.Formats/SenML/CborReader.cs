using System.Buffers.Binary;

namespace SensorPipeline.Formats.SenML;

/// <summary>What stands next in CBOR.</summary>
internal enum CborKind : byte
{
    /// <summary>No well-formed item.</summary>
    Malformed,
    Integer,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Boolean,
    Number,
    Break,

    /// <summary>Null, undefined and other simple values.</summary>
    Simple,
}

/// <summary>
/// Reads CBOR (RFC 8949) head by head: integers, floats of any size, definite texts, arrays and maps of definite or indefinite length.
/// Every length is checked against what is left; faults are values.
/// </summary>
internal ref struct CborReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>The length of an array or map that ends with a break.</summary>
    public const long Indefinite = -1;

    private const int MaxDepth = 32;

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>The integer read last, or the length of an array or map, or a tag.</summary>
    public long Integer { get; private set; }

    /// <summary>The float read last.</summary>
    public double Number { get; private set; }

    /// <summary>The boolean read last.</summary>
    public bool Boolean { get; private set; }

    /// <summary>The text or bytes read last.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Reads one head, with the content of a text or byte string.</summary>
    public CborKind Read()
    {
        if (rest.IsEmpty)
        {
            return CborKind.Malformed;
        }

        byte head = rest[0];
        int minor = head & 0x1F;
        int size = minor switch
        {
            < 24 or 31 => 0,
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => -1,
        };
        if (size < 0 || rest.Length < 1 + size)
        {
            return CborKind.Malformed;
        }

        ulong argument = size switch
        {
            0 => (ulong)minor,
            1 => rest[1],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest[1..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest[1..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest[1..]),
        };
        rest = rest[(1 + size)..];
        return Read(head >> 5, minor, argument);
    }

    /// <summary>Skips what remains of an item of which the head has been read; false where it is malformed.</summary>
    public bool Skip(CborKind kind, int depth = 0)
    {
        long items = kind switch
        {
            CborKind.Array => Integer,
            CborKind.Map => Integer == Indefinite ? Indefinite : Integer * 2,
            CborKind.Tag => 1,
            _ => 0,
        };
        if (kind is CborKind.Malformed or CborKind.Break || depth > MaxDepth)
        {
            return false;
        }

        for (long i = 0; i != items; i++)
        {
            CborKind item = Read();
            if (items == Indefinite && item == CborKind.Break)
            {
                return kind == CborKind.Array || i % 2 == 0;
            }

            if (!Skip(item, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private CborKind Read(int major, int minor, ulong argument) => major switch
    {
        7 => ReadSimple(minor, argument),
        0 when minor != 31 && argument <= long.MaxValue => Kept(CborKind.Integer, (long)argument),
        1 when minor != 31 && argument <= long.MaxValue => Kept(CborKind.Integer, -1 - (long)argument),
        2 or 3 when minor != 31 && argument <= (ulong)rest.Length => ReadContent(major == 2 ? CborKind.Bytes : CborKind.Text, (int)argument),
        4 or 5 when minor == 31 => Kept(major == 4 ? CborKind.Array : CborKind.Map, Indefinite),
        4 or 5 when argument <= (ulong)rest.Length => Kept(major == 4 ? CborKind.Array : CborKind.Map, (long)argument),
        6 when minor != 31 && argument <= long.MaxValue => Kept(CborKind.Tag, (long)argument),
        _ => CborKind.Malformed,
    };

    private CborKind Kept(CborKind kind, long integer)
    {
        Integer = integer;
        return kind;
    }

    private CborKind ReadContent(CborKind kind, int length)
    {
        Content = rest[..length];
        rest = rest[length..];
        return kind;
    }

    private CborKind ReadSimple(int minor, ulong argument)
    {
        switch (minor)
        {
            case 20 or 21:
                Boolean = minor == 21;
                return CborKind.Boolean;
            case 25:
                Number = (double)BitConverter.UInt16BitsToHalf((ushort)argument);
                return CborKind.Number;
            case 26:
                Number = BitConverter.UInt32BitsToSingle((uint)argument);
                return CborKind.Number;
            case 27:
                Number = BitConverter.UInt64BitsToDouble(argument);
                return CborKind.Number;
            case 31:
                return CborKind.Break;
            default:
                return CborKind.Simple;
        }
    }
}
