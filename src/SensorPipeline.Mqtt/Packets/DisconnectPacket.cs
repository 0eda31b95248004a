using System.Text;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>DISCONNECT, from either side.</summary>
internal static class DisconnectPacket
{
    public static MqttReason TryRead(ReadOnlySpan<byte> body, MqttProtocolVersion version, out MqttReason code, out string? text)
    {
        code = MqttReason.Success;
        text = null;
        if (body.IsEmpty)
        {
            return MqttReason.Success;
        }

        if (version == MqttProtocolVersion.V311)
        {
            return MqttReason.MalformedPacket;
        }

        var fields = new FieldReader(body);
        code = (MqttReason)fields.Byte();
        if (fields.Remaining == 0)
        {
            return MqttReason.Success;
        }

        var properties = new PropertyReader(ref fields, PropertySets.Disconnect);
        while (properties.MoveNext())
        {
            if (properties.Id is PropertyId.ReasonString or PropertyId.ServerReference)
            {
                string said = Encoding.UTF8.GetString(properties.Bytes);
                text = text is null ? said : $"{text}: {said}";
            }
        }

        return properties.Reason == MqttReason.Success && !fields.AtEnd ? MqttReason.MalformedPacket : properties.Reason;
    }

    public static void Write(PacketWriter writer, MqttProtocolVersion version, MqttReason code)
    {
        writer.Byte((byte)PacketType.Disconnect << 4);
        if (version == MqttProtocolVersion.V5 && code != MqttReason.Success)
        {
            writer.Byte(1);
            writer.Byte((byte)code);
        }
        else
        {
            writer.Byte(0);
        }
    }
}
