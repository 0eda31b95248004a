using System.Buffers.Binary;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>Where the parts of a PUBLISH lie in the buffer it was read from.</summary>
internal struct PublishPacket
{
    public int TopicStart;
    public int PropertiesStart;
    public int PropertiesLength;
    public int PayloadStart;
    public int PayloadLength;
    public ushort TopicLength;
    public ushort PacketId;
    public ushort TopicAlias;

    /// <summary>The low four bits of the first byte.</summary>
    public byte Flags;

    public readonly int Qos => (Flags >> 1) & 3;

    public readonly bool Retain => (Flags & 1) != 0;

    public readonly bool Duplicate => (Flags & 8) != 0;

    /// <summary>Checks the packet whose body is <paramref name="buffer"/> from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public static MqttReason TryRead(
        ReadOnlySpan<byte> buffer, byte first, int start, int end, MqttProtocolVersion version, out PublishPacket packet)
    {
        packet = default;
        bool identified = (first & 0x06) != 0;
        int fixedFields = identified ? 4 : 2;
        if (end - start < fixedFields)
        {
            return MqttReason.MalformedPacket;
        }

        int topicLength = BinaryPrimitives.ReadUInt16BigEndian(buffer[start..]);
        int at = start + 2 + topicLength;
        if (at + fixedFields - 2 > end)
        {
            return MqttReason.MalformedPacket;
        }

        packet.Flags = (byte)(first & 0x0F);
        packet.TopicStart = start + 2;
        packet.TopicLength = (ushort)topicLength;
        if (identified)
        {
            packet.PacketId = BinaryPrimitives.ReadUInt16BigEndian(buffer[at..]);
            at += 2;
            if (packet.PacketId == 0)
            {
                return MqttReason.MalformedPacket;
            }
        }

        if (version == MqttProtocolVersion.V5)
        {
            if (at < end && buffer[at] == 0)
            {
                at++;
            }
            else if (ReadProperties(buffer[..end], at, ref packet) is not MqttReason.Success and var reason)
            {
                return reason;
            }
            else
            {
                at = packet.PropertiesStart + packet.PropertiesLength;
            }
        }

        packet.PayloadStart = at;
        packet.PayloadLength = end - at;
        return Utf8Text.IsTopicName(buffer.Slice(start + 2, topicLength)) ? MqttReason.Success : packet.FaultOfTopic(buffer);
    }

    // An alias stands for a topic that was said before.
    private readonly MqttReason FaultOfTopic(ReadOnlySpan<byte> buffer)
    {
        if (TopicLength == 0)
        {
            return TopicAlias != 0 ? MqttReason.Success : MqttReason.ProtocolError;
        }

        return Utf8Text.IsText(buffer.Slice(TopicStart, TopicLength)) ? MqttReason.TopicNameInvalid : MqttReason.MalformedPacket;
    }

    private static MqttReason ReadProperties(ReadOnlySpan<byte> buffer, int at, ref PublishPacket packet)
    {
        var fields = new FieldReader(buffer[at..]);
        var properties = new PropertyReader(ref fields, PropertySets.Publish);
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.TopicAlias)
            {
                packet.TopicAlias = (ushort)properties.Number;
            }
        }

        if (properties.Reason == MqttReason.Success)
        {
            packet.PropertiesLength = new FieldReader(buffer[at..]).Varint();
            packet.PropertiesStart = buffer.Length - fields.Remaining - packet.PropertiesLength;
        }

        return properties.Reason;
    }

    /// <summary>Writes a PUBLISH; <paramref name="properties"/> is the section without its length and must be empty before MQTT 5.</summary>
    public static void Write(
        PacketWriter writer,
        MqttProtocolVersion version,
        int flags,
        ReadOnlySpan<byte> topic,
        ushort packetId,
        ReadOnlySpan<byte> properties,
        ReadOnlySpan<byte> payload)
    {
        int propertyLength = version == MqttProtocolVersion.V5 ? PacketWriter.VarintLength(properties.Length) + properties.Length : 0;
        int idLength = (flags & 0x06) != 0 ? 2 : 0;
        int body = 2 + topic.Length + idLength + propertyLength + payload.Length;
        Span<byte> packet = writer.Reserve(1 + PacketWriter.VarintLength(body) + body);
        packet[0] = (byte)(((int)PacketType.Publish << 4) | flags);
        int at = 1 + WriteVarint(packet[1..], body);
        BinaryPrimitives.WriteUInt16BigEndian(packet[at..], (ushort)topic.Length);
        topic.CopyTo(packet[(at + 2)..]);
        at += 2 + topic.Length;
        if (idLength != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[at..], packetId);
            at += 2;
        }

        if (version == MqttProtocolVersion.V5)
        {
            at += WriteVarint(packet[at..], properties.Length);
            properties.CopyTo(packet[at..]);
            at += properties.Length;
        }

        payload.CopyTo(packet[at..]);
    }

    /// <summary>The bytes that <see cref="Write"/> would need.</summary>
    public static int LengthOf(MqttProtocolVersion version, int qos, int topicLength, int propertyLength, int payloadLength)
    {
        int properties = version == MqttProtocolVersion.V5 ? PacketWriter.VarintLength(propertyLength) + propertyLength : 0;
        int body = 2 + topicLength + (qos > 0 ? 2 : 0) + properties + payloadLength;
        return 1 + PacketWriter.VarintLength(body) + body;
    }

    private static int WriteVarint(Span<byte> at, int value)
    {
        int i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            at[i++] = (byte)(value | 0x80);
        }

        at[i] = (byte)value;
        return i + 1;
    }
}
