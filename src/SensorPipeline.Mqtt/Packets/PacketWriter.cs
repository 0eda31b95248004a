using System.Buffers.Binary;
using System.Text;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>A growing buffer of outgoing packets, reused for every send.</summary>
internal sealed class PacketWriter(int capacity)
{
    private byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> WrittenSpan => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Room for <paramref name="count"/> bytes, already counted as written.</summary>
    public Span<byte> Reserve(int count)
    {
        if (bytes.Length - Length < count)
        {
            Array.Resize(ref bytes, Math.Max(Length + count, bytes.Length * 2));
        }

        Span<byte> room = bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), checked((ushort)value));

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    public void Binary(ReadOnlySpan<byte> value)
    {
        UInt16(value.Length);
        Raw(value);
    }

    public void Text(string value)
    {
        UInt16(Encoding.UTF8.GetByteCount(value));
        Length += Encoding.UTF8.GetBytes(value, SpareFor(value));
    }

    public void Varint(int value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    public void Property(PropertyId id, ushort value)
    {
        Byte((byte)id);
        UInt16(value);
    }

    public void Property(PropertyId id, uint value)
    {
        Byte((byte)id);
        UInt32(value);
    }

    public void Property(PropertyId id, bool value)
    {
        Byte((byte)id);
        Byte(value ? (byte)1 : (byte)0);
    }

    public void Property(PropertyId id, string value)
    {
        Byte((byte)id);
        Text(value);
    }

    /// <summary>Starts something whose length stands in front of it; <see cref="EndLength"/> with the returned mark fills that in.</summary>
    public int BeginLength()
    {
        Reserve(4);
        return Length;
    }

    public void EndLength(int mark)
    {
        int length = Length - mark;
        int digits = VarintLength(length);
        bytes.AsSpan(mark, length).CopyTo(bytes.AsSpan(mark - 4 + digits));
        Length = mark - 4;
        Varint(length);
        Length += length;
    }

    /// <summary>Overwrites the byte that lies <paramref name="back"/> bytes before the end.</summary>
    public void PatchLast(int back, byte value) => bytes[Length - back] = value;

    public int BeginPacket(PacketType type, int flags = 0)
    {
        Byte((byte)(((int)type << 4) | flags));
        return BeginLength();
    }

    public static int VarintLength(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    private Span<byte> SpareFor(string value)
    {
        int count = Encoding.UTF8.GetByteCount(value);
        Reserve(count);
        Length -= count;
        return bytes.AsSpan(Length);
    }
}
