using System.Buffers.Binary;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>Reads the fields of one packet body. The first field that does not fit fails the reader; later fields then read as zero.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public bool Failed { get; private set; }

    public readonly int Remaining => rest.Length;

    public readonly ReadOnlySpan<byte> Rest => rest;

    public readonly bool AtEnd => rest.IsEmpty && !Failed;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } field ? BinaryPrimitives.ReadUInt16BigEndian(field) : (ushort)0;

    public uint UInt32() => Take(4) is { Length: 4 } field ? BinaryPrimitives.ReadUInt32BigEndian(field) : 0;

    public ReadOnlySpan<byte> Binary() => Take(UInt16());

    public ReadOnlySpan<byte> Text()
    {
        ReadOnlySpan<byte> text = Binary();
        if (Utf8Text.IsText(text))
        {
            return text;
        }

        Fail();
        return default;
    }

    /// <summary>A variable byte integer: one to four bytes, never padded.</summary>
    public int Varint()
    {
        int value = 0;
        for (int i = 0; i < 4 && i < rest.Length; i++)
        {
            byte digit = rest[i];
            value |= (digit & 0x7F) << (7 * i);
            if (digit < 0x80 && (digit != 0 || i == 0))
            {
                rest = rest[(i + 1)..];
                return value;
            }

            if (digit < 0x80)
            {
                break;
            }
        }

        Fail();
        return 0;
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)rest.Length)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> field = rest[..length];
        rest = rest[length..];
        return field;
    }

    private void Fail()
    {
        Failed = true;
        rest = default;
    }
}
