using System.Buffers.Binary;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>PUBACK, PUBREC, PUBREL and PUBCOMP: a packet identifier and, when it is not success, a reason.</summary>
internal static class AcknowledgementPacket
{
    public static MqttReason TryRead(ReadOnlySpan<byte> body, MqttProtocolVersion version, out ushort packetId, out MqttReason code)
    {
        var fields = new FieldReader(body);
        packetId = fields.UInt16();
        code = MqttReason.Success;
        if (packetId == 0)
        {
            return MqttReason.MalformedPacket;
        }

        if (fields.Remaining == 0)
        {
            return MqttReason.Success;
        }

        code = (MqttReason)fields.Byte();
        if (version == MqttProtocolVersion.V311)
        {
            return MqttReason.MalformedPacket;
        }

        MqttReason properties = fields.Remaining == 0 ? MqttReason.Success : PropertyReader.Check(ref fields, PropertySets.Acknowledgement);
        return properties == MqttReason.Success && fields.Remaining != 0 ? MqttReason.MalformedPacket : properties;
    }

    public static void Write(PacketWriter writer, PacketType type, ushort packetId)
    {
        Span<byte> packet = writer.Reserve(4);
        packet[0] = (byte)(((int)type << 4) | (type == PacketType.PubRel ? 2 : 0));
        packet[1] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], packetId);
    }

    /// <summary>Writes a reason too, which MQTT 3.1.1 has no place for.</summary>
    public static void Write(PacketWriter writer, PacketType type, ushort packetId, MqttReason code)
    {
        Write(writer, type, packetId);
        if (code != MqttReason.Success)
        {
            // The identifier's packet is two bytes long; with a reason it is three.
            writer.PatchLast(3, 3);
            writer.Byte((byte)code);
        }
    }
}
