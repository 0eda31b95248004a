using System.Buffers.Binary;

namespace SensorPipeline.Formats.Sparkplug;

/// <summary>How a protobuf field is written.</summary>
internal enum WireType : byte
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Reads a protobuf message field by field. Own code, since it is small, allocates nothing and reports faults as values where a generated
/// parser throws.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> message = message;
    private int position;

    /// <summary>The number of the field read last.</summary>
    public int Field { get; private set; }

    /// <summary>How it was written.</summary>
    public WireType Type { get; private set; }

    /// <summary>Its number: the bits of a fixed one, the value of a varint, the length of bytes.</summary>
    public ulong Bits { get; private set; }

    /// <summary>Where its bytes begin.</summary>
    public int Start { get; private set; }

    /// <summary>Its bytes.</summary>
    public readonly ReadOnlySpan<byte> Content => message.Slice(Start, (int)Bits);

    /// <summary>Whether the message ended where a field did, rather than inside of one.</summary>
    public readonly bool IsAtEnd => position == message.Length;

    /// <summary>Reads the next field; false at the end and where it is malformed.</summary>
    public bool Read()
    {
        int start = position;
        if (!TryReadVarint(out ulong tag) || tag >> 3 is 0 or > 0x1FFFFFFF)
        {
            position = start == message.Length ? start : -1;
            return false;
        }

        Field = (int)(tag >> 3);
        Type = (WireType)(tag & 7);
        bool read = Type switch
        {
            WireType.Varint => TryReadVarint(out ulong value) && Keep(value, 0),
            WireType.Fixed64 => position + 8 <= message.Length && Keep(BinaryPrimitives.ReadUInt64LittleEndian(message[position..]), 8),
            WireType.Fixed32 => position + 4 <= message.Length && Keep(BinaryPrimitives.ReadUInt32LittleEndian(message[position..]), 4),
            WireType.Bytes => TryReadVarint(out ulong length) && length <= (ulong)(message.Length - position) && Keep(length, (int)length),
            _ => false,
        };
        position = read ? position : -1;
        return read;
    }

    private bool Keep(ulong bits, int bytes)
    {
        Bits = bits;
        Start = position;
        position += bytes;
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && (uint)position < (uint)message.Length; shift += 7)
        {
            byte next = message[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
