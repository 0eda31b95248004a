namespace SensorPipeline.Mqtt.Packets;

/// <summary>SUBACK and UNSUBACK: one reason a filter.</summary>
internal static class SubAckPacket
{
    public static MqttReason TryRead(
        ReadOnlySpan<byte> body, MqttProtocolVersion version, PacketType type, out ushort packetId, out ReadOnlySpan<byte> codes)
    {
        var fields = new FieldReader(body);
        packetId = fields.UInt16();
        codes = default;
        if (packetId == 0)
        {
            return MqttReason.MalformedPacket;
        }

        if (version == MqttProtocolVersion.V5
            && PropertyReader.Check(ref fields, PropertySets.Acknowledgement) is not MqttReason.Success and var reason)
        {
            return reason;
        }

        codes = fields.Rest;
        bool coded = version == MqttProtocolVersion.V5 || type == PacketType.SubAck;
        foreach (byte code in codes)
        {
            if (code is > 2 and < 0x80 && (type == PacketType.SubAck || code != (byte)MqttReason.NoSubscriptionExisted))
            {
                return MqttReason.MalformedPacket;
            }
        }

        return codes.IsEmpty == coded ? MqttReason.MalformedPacket : MqttReason.Success;
    }

    public static void Write(PacketWriter writer, MqttProtocolVersion version, PacketType type, ushort packetId, ReadOnlySpan<byte> codes)
    {
        int packet = writer.BeginPacket(type);
        writer.UInt16(packetId);
        if (version == MqttProtocolVersion.V5)
        {
            writer.Byte(0);
        }

        if (version == MqttProtocolVersion.V5 || type == PacketType.SubAck)
        {
            writer.Raw(codes);
        }

        writer.EndLength(packet);
    }
}
