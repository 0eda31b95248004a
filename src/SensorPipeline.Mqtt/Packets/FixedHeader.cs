using System.Runtime.CompilerServices;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>The two to five bytes in front of every packet: type, flags, and how many bytes follow.</summary>
internal readonly struct FixedHeader(byte first, int headerLength, int bodyLength)
{
    /// <summary>The longest header.</summary>
    public const int MaximumLength = 5;

    /// <summary>Type and flags.</summary>
    public byte First { get; } = first;

    public int HeaderLength { get; } = headerLength;

    public int BodyLength { get; } = bodyLength;

    public PacketType Type => (PacketType)(First >> 4);

    public int PacketLength => HeaderLength + BodyLength;

    /// <summary>
    /// Reads the header at the start of <paramref name="bytes"/>. False with <paramref name="reason"/> success means that more bytes
    /// are needed; any other reason refuses the packet. Nothing is ever allocated on the word of a length read here.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FixedHeader header, out MqttReason reason)
    {
        if (bytes.Length >= 2 && bytes[1] < 0x80 && FlagsAreValid(bytes[0]))
        {
            header = new FixedHeader(bytes[0], 2, bytes[1]);
            reason = MqttReason.Success;
            return true;
        }

        // Locals of their own keep the caller's header in registers: its way through memory would cost more than all the rest.
        bool whole = TryReadLong(bytes, out FixedHeader longer, out MqttReason why);
        header = longer;
        reason = why;
        return whole;
    }

    private static bool TryReadLong(ReadOnlySpan<byte> bytes, out FixedHeader header, out MqttReason reason)
    {
        header = default;
        reason = MqttReason.Success;
        if (bytes.IsEmpty)
        {
            return false;
        }

        if (!FlagsAreValid(bytes[0]))
        {
            reason = MqttReason.MalformedPacket;
            return false;
        }

        int length = 0;
        for (int i = 1; i < bytes.Length && i < MaximumLength; i++)
        {
            length |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if (bytes[i] < 0x80)
            {
                bool padded = bytes[i] == 0 && i > 1;
                reason = padded ? MqttReason.MalformedPacket : MqttReason.Success;
                header = new FixedHeader(bytes[0], i + 1, length);
                return !padded;
            }
        }

        reason = bytes.Length >= MaximumLength ? MqttReason.MalformedPacket : MqttReason.Success;
        return false;
    }

    private static bool FlagsAreValid(byte first) => ((ValidFlags[first >> 4] >> (first & 0x0F)) & 1) != 0;

    // For each type the flags it may have, one bit each. Of PUBLISH: QoS 3 does not exist, and only a message that can be repeated may be
    // marked as repeated. PUBREL, SUBSCRIBE and UNSUBSCRIBE have 2, the others 0, and there is no type 0.
    private static ReadOnlySpan<ushort> ValidFlags => [0, 1, 1, 0b0011_1100_0011_1111, 1, 1, 4, 1, 4, 1, 4, 1, 1, 1, 1, 1];
}
