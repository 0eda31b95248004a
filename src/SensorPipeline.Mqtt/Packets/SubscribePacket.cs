using System.Text;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>SUBSCRIBE and UNSUBSCRIBE.</summary>
internal static class SubscribePacket
{
    public static void Write(
        PacketWriter writer, MqttProtocolVersion version, ushort packetId, int identifier, ReadOnlySpan<MqttSubscription> subscriptions, bool resumed)
    {
        int packet = writer.BeginPacket(PacketType.Subscribe, 2);
        writer.UInt16(packetId);
        if (version == MqttProtocolVersion.V5)
        {
            int properties = writer.BeginLength();
            if (identifier != 0)
            {
                WriteIdentifier(writer, identifier);
            }

            writer.EndLength(properties);
        }

        foreach (MqttSubscription subscription in subscriptions)
        {
            writer.Text(subscription.Filter);
            writer.Byte(version == MqttProtocolVersion.V5 ? Options(subscription, resumed) : (byte)subscription.Qos);
        }

        writer.EndLength(packet);
    }

    /// <summary>The property that ties a message to the subscription it came by.</summary>
    public static void WriteIdentifier(PacketWriter writer, int identifier)
    {
        writer.Byte((byte)PropertyId.SubscriptionIdentifier);
        writer.Varint(identifier);
    }

    public static void WriteUnsubscribe(PacketWriter writer, MqttProtocolVersion version, ushort packetId, ReadOnlySpan<string> filters)
    {
        int packet = writer.BeginPacket(PacketType.Unsubscribe, 2);
        writer.UInt16(packetId);
        if (version == MqttProtocolVersion.V5)
        {
            writer.Byte(0);
        }

        foreach (string filter in filters)
        {
            writer.Text(filter);
        }

        writer.EndLength(packet);
    }

    // A resumed session has its retained messages already; a filter that is new to it gets them once.
    private static byte Options(MqttSubscription subscription, bool resumed)
    {
        int retain = (int)subscription.RetainHandling;
        int handling = resumed ? Math.Max(retain, (int)MqttRetainHandling.SendWhenNew) : retain;
        return (byte)(subscription.Qos | (subscription.NoLocal ? 0x04 : 0) | (subscription.RetainAsPublished ? 0x08 : 0) | (handling << 4));
    }

    public static MqttReason TryRead(
        ReadOnlySpan<byte> body, MqttProtocolVersion version, out ushort packetId, List<MqttSubscription> subscriptions)
    {
        var fields = new FieldReader(body);
        packetId = fields.UInt16();
        int identifier = 0;
        if (packetId == 0)
        {
            return MqttReason.MalformedPacket;
        }

        if (version == MqttProtocolVersion.V5)
        {
            var properties = new PropertyReader(ref fields, PropertySets.Subscribe);
            while (properties.MoveNext())
            {
                identifier = properties.Id == PropertyId.SubscriptionIdentifier ? (int)properties.Number : identifier;
            }

            if (properties.Reason != MqttReason.Success)
            {
                return properties.Reason;
            }
        }

        while (fields.Remaining > 0)
        {
            string filter = Encoding.UTF8.GetString(fields.Text());
            byte options = fields.Byte();
            if (fields.Failed || !OptionsAreValid(options, version))
            {
                return MqttReason.MalformedPacket;
            }

            subscriptions.Add(new MqttSubscription
            {
                Filter = filter,
                Qos = options & 3,
                NoLocal = (options & 0x04) != 0,
                RetainAsPublished = (options & 0x08) != 0,
                RetainHandling = (MqttRetainHandling)(options >> 4),
                Identifier = identifier,
            });
        }

        return fields.Failed ? MqttReason.MalformedPacket : subscriptions.Count == 0 ? MqttReason.ProtocolError : MqttReason.Success;
    }

    private static bool OptionsAreValid(byte options, MqttProtocolVersion version) =>
        (options & 3) != 3 && (version == MqttProtocolVersion.V5 ? options >> 4 <= 2 : options <= 2);

    public static MqttReason TryReadUnsubscribe(
        ReadOnlySpan<byte> body, MqttProtocolVersion version, out ushort packetId, List<string> filters)
    {
        var fields = new FieldReader(body);
        packetId = fields.UInt16();
        if (packetId == 0)
        {
            return MqttReason.MalformedPacket;
        }

        if (version == MqttProtocolVersion.V5
            && PropertyReader.Check(ref fields, PropertySets.Unsubscribe) is not MqttReason.Success and var reason)
        {
            return reason;
        }

        while (fields.Remaining > 0)
        {
            filters.Add(Encoding.UTF8.GetString(fields.Text()));
        }

        return fields.Failed ? MqttReason.MalformedPacket : filters.Count == 0 ? MqttReason.ProtocolError : MqttReason.Success;
    }
}
