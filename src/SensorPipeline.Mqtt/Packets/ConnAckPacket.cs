using System.Text;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>The server's answer to CONNECT.</summary>
internal static class ConnAckPacket
{
    public static MqttReason TryRead(
        ReadOnlySpan<byte> body, MqttProtocolVersion version, out bool sessionPresent, out MqttReason code, out MqttServerLimits limits)
    {
        var fields = new FieldReader(body);
        byte flags = fields.Byte();
        byte answer = fields.Byte();
        sessionPresent = flags == 1;
        limits = new MqttServerLimits();
        code = version == MqttProtocolVersion.V5 ? (MqttReason)answer : FromV311(answer);
        if (fields.Failed || flags > 1 || (version == MqttProtocolVersion.V311 && (fields.Remaining != 0 || answer > 5)))
        {
            return MqttReason.MalformedPacket;
        }

        // A refusal with a session would leave both sides with different ideas of it.
        if (sessionPresent && code != MqttReason.Success)
        {
            return MqttReason.ProtocolError;
        }

        return version == MqttProtocolVersion.V5 ? ReadProperties(ref fields, ref limits) : MqttReason.Success;
    }

    private static MqttReason ReadProperties(ref FieldReader fields, ref MqttServerLimits limits)
    {
        var properties = new PropertyReader(ref fields, PropertySets.ConnAck);
        while (properties.MoveNext())
        {
            uint number = properties.Number;
            limits = properties.Id switch
            {
                PropertyId.ReceiveMaximum => limits with { ReceiveMaximum = (int)number },
                PropertyId.MaximumPacketSize => limits with { MaximumPacketSize = number },
                PropertyId.MaximumQos => limits with { MaximumQos = (int)number },
                PropertyId.RetainAvailable => limits with { RetainAvailable = number == 1 },
                PropertyId.WildcardSubscriptionAvailable => limits with { WildcardSubscriptionAvailable = number == 1 },
                PropertyId.SubscriptionIdentifierAvailable => limits with { SubscriptionIdentifierAvailable = number == 1 },
                PropertyId.TopicAliasMaximum => limits with { TopicAliasMaximum = (int)number },
                PropertyId.ServerKeepAlive => limits with { KeepAlive = TimeSpan.FromSeconds(number) },
                PropertyId.SessionExpiryInterval => limits with { SessionExpiry = TimeSpan.FromSeconds(number) },
                PropertyId.AssignedClientIdentifier => limits with { AssignedClientId = Encoding.UTF8.GetString(properties.Bytes) },
                PropertyId.ServerReference => limits with { ServerReference = Encoding.UTF8.GetString(properties.Bytes) },
                PropertyId.ReasonString => limits with { ReasonText = Encoding.UTF8.GetString(properties.Bytes) },
                _ => limits,
            };
        }

        bool leftover = properties.Reason == MqttReason.Success && !fields.AtEnd;
        return leftover ? MqttReason.MalformedPacket : properties.Reason;
    }

    public static void Write(PacketWriter writer, MqttProtocolVersion version, bool sessionPresent, MqttReason code, MqttServerLimits limits)
    {
        int packet = writer.BeginPacket(PacketType.ConnAck);
        writer.Byte(sessionPresent ? (byte)1 : (byte)0);
        writer.Byte(version == MqttProtocolVersion.V5 ? (byte)code : ToV311(code));
        if (version == MqttProtocolVersion.V5)
        {
            int properties = writer.BeginLength();
            WriteProperties(writer, limits);
            writer.EndLength(properties);
        }

        writer.EndLength(packet);
    }

    private static void WriteProperties(PacketWriter writer, MqttServerLimits limits)
    {
        if (limits.ReceiveMaximum != ushort.MaxValue)
        {
            writer.Property(PropertyId.ReceiveMaximum, (ushort)limits.ReceiveMaximum);
        }

        if (limits.MaximumPacketSize != uint.MaxValue)
        {
            writer.Property(PropertyId.MaximumPacketSize, limits.MaximumPacketSize);
        }

        if (limits.MaximumQos < 2)
        {
            writer.Property(PropertyId.MaximumQos, limits.MaximumQos == 1);
        }

        if (!limits.RetainAvailable)
        {
            writer.Property(PropertyId.RetainAvailable, false);
        }

        if (limits.TopicAliasMaximum != 0)
        {
            writer.Property(PropertyId.TopicAliasMaximum, (ushort)limits.TopicAliasMaximum);
        }

        if (limits.AssignedClientId is not null)
        {
            writer.Property(PropertyId.AssignedClientIdentifier, limits.AssignedClientId);
        }

        if (limits.KeepAlive is { } keepAlive)
        {
            writer.Property(PropertyId.ServerKeepAlive, (ushort)keepAlive.TotalSeconds);
        }

        writer.Property(PropertyId.SharedSubscriptionAvailable, false);
    }

    private static MqttReason FromV311(byte code) => code switch
    {
        0 => MqttReason.Success,
        1 => MqttReason.UnsupportedProtocolVersion,
        2 => MqttReason.ClientIdentifierNotValid,
        3 => MqttReason.ServerUnavailable,
        4 => MqttReason.BadUserNameOrPassword,
        5 => MqttReason.NotAuthorized,
        _ => MqttReason.Unspecified,
    };

    private static byte ToV311(MqttReason code) => code switch
    {
        MqttReason.Success => 0,
        MqttReason.UnsupportedProtocolVersion => 1,
        MqttReason.ClientIdentifierNotValid => 2,
        MqttReason.BadUserNameOrPassword => 4,
        MqttReason.NotAuthorized => 5,
        _ => 3,
    };
}
