using SensorPipeline.Mqtt.Connections;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Broker;

/// <summary>Takes the messages of one connection to the exchange: numbers become topics again, and a repeated QoS 2 message goes no further.</summary>
internal sealed class PublishIntake(Exchange exchange, int topicAliasMaximum)
{
    private readonly IncomingAliases aliases = new(topicAliasMaximum);

    /// <summary>Takes the message whose body is <paramref name="span"/> from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public MqttReason Take(ReadOnlySpan<byte> span, byte first, int start, int end, ConnectPacket client, BrokerSession session, out PublishPacket packet)
    {
        MqttReason reason = PublishPacket.TryRead(span, first, start, end, client.Version, out packet);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        aliases.BeginBatch();
        if (packet.TopicAlias != 0 && aliases.Resolve(span, ref packet) is not MqttReason.Success and var refusal)
        {
            return refusal;
        }

        if (packet.Qos != 2 || !session.Received.Contains(packet.PacketId))
        {
            ReadOnlySpan<byte> properties = span.Slice(packet.PropertiesStart, packet.PropertiesLength);
            properties = packet.TopicAlias == 0 ? properties : WithoutAlias(properties);
            ReadOnlySpan<byte> topic = packet.TopicStart >= 0 ? span.Slice(packet.TopicStart, packet.TopicLength) : aliases.Text;
            exchange.Publish(topic, span.Slice(packet.PayloadStart, packet.PayloadLength), properties, packet.Qos, packet.Retain, client.ClientId);
        }

        return MqttReason.Success;
    }

    // A number means something on its own connection only.
    private static byte[] WithoutAlias(ReadOnlySpan<byte> section)
    {
        var rest = new List<byte>(section.Length);
        var fields = new PropertyReader(section, PropertySets.Publish);
        for (int start = 0; fields.MoveNext();)
        {
            int end = section.Length - fields.Remaining;
            if (fields.Id != PropertyId.TopicAlias)
            {
                rest.AddRange(section[start..end]);
            }

            start = end;
        }

        return [.. rest];
    }
}
