using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>Writes messages of the outbox as the connection that stands wants them: its version, the server's limits, numbers for topics.</summary>
internal sealed class MessageEncoder(MessageRing ring, int maximumAliases)
{
    private const int AliasLength = 3;

    private readonly OutgoingAliases aliases = new();
    private readonly PacketWriter properties = new(16);
    private MqttServerLimits limits = new();
    private MqttProtocolVersion version;

    /// <summary>A connection stands.</summary>
    public void Begin(MqttProtocolVersion version, MqttServerLimits limits)
    {
        this.version = version;
        this.limits = limits;
        aliases.Reset(version == MqttProtocolVersion.V5 ? Math.Min(maximumAliases, limits.TopicAliasMaximum) : 0);
    }

    /// <summary>Whether the server takes a packet of this size.</summary>
    public bool Fits(in OutgoingMessage message, int qos)
    {
        int properties = message.PropertyLength + (aliases.Enabled ? AliasLength : 0);
        return PublishPacket.LengthOf(version, qos, message.TopicLength, properties, message.PayloadLength) <= limits.MaximumPacketSize;
    }

    /// <summary>Writes a PUBLISH with these flags, the retain flag apart.</summary>
    public void Write(PacketWriter writer, in OutgoingMessage message, int flags)
    {
        ReadOnlySpan<byte> topic = ring.TopicOf(message);
        ReadOnlySpan<byte> section = version == MqttProtocolVersion.V5 ? ring.PropertiesOf(message) : default;
        flags |= message.Retain && limits.RetainAvailable ? 1 : 0;
        if (aliases.Enabled && aliases.NumberOf(topic, out bool known) is > 0 and ushort alias)
        {
            properties.Clear();
            properties.Property(PropertyId.TopicAlias, alias);
            properties.Raw(section);
            section = properties.WrittenSpan;
            topic = known ? default : topic;
        }

        PublishPacket.Write(writer, version, flags, topic, message.PacketId, section, ring.PayloadOf(message));
    }
}
