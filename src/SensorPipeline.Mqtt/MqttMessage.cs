using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt;

/// <summary>One received message; its spans are valid while <see cref="IMqttReceiver.OnMessages"/> runs.</summary>
public readonly ref struct MqttMessage
{
    private readonly ref readonly PublishPacket packet;
    private readonly ReadOnlySpan<byte> buffer;
    private readonly ReadOnlySpan<byte> aliased;

    internal MqttMessage(ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> aliased, ref readonly PublishPacket packet)
    {
        this.buffer = buffer;
        this.aliased = aliased;
        this.packet = ref packet;
    }

    /// <summary>The topic name: valid UTF-8, no wildcard, no null character, never empty.</summary>
    public ReadOnlySpan<byte> Topic => packet.TopicStart >= 0 ? buffer.Slice(packet.TopicStart, packet.TopicLength) : aliased.Slice(~packet.TopicStart, packet.TopicLength);

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload => buffer.Slice(packet.PayloadStart, packet.PayloadLength);

    /// <summary>0, 1 or 2.</summary>
    public int Qos => packet.Qos;

    /// <summary>Whether the broker had kept it: it may be old.</summary>
    public bool Retain => packet.Retain;

    /// <summary>Whether the broker sends it again.</summary>
    public bool Duplicate => packet.Duplicate;

    /// <summary>The packet identifier, 0 for QoS 0.</summary>
    public ushort PacketId => packet.PacketId;

    /// <summary>What the payload is, such as <c>application/json</c>; empty when not said.</summary>
    public ReadOnlySpan<byte> ContentType => Find(PropertyId.ContentType, out PropertyReader found) ? found.Bytes : default;

    /// <summary>Where an answer is wanted; empty when none is.</summary>
    public ReadOnlySpan<byte> ResponseTopic => Find(PropertyId.ResponseTopic, out PropertyReader found) ? found.Bytes : default;

    /// <summary>What an answer must repeat; empty when nothing.</summary>
    public ReadOnlySpan<byte> CorrelationData => Find(PropertyId.CorrelationData, out PropertyReader found) ? found.Bytes : default;

    /// <summary>How long the message is still worth anything, if that was said.</summary>
    public TimeSpan? Expiry => Find(PropertyId.MessageExpiryInterval, out PropertyReader found) ? TimeSpan.FromSeconds(found.Number) : null;

    /// <summary>The <see cref="MqttSubscription.Identifier"/> of each subscription that took the message, as many as there is room for; returns how many.</summary>
    public int CopySubscriptionsTo(Span<int> identifiers)
    {
        int count = 0;
        PropertyReader properties = Properties;
        while (count < identifiers.Length && properties.MoveNext())
        {
            if (properties.Id == PropertyId.SubscriptionIdentifier)
            {
                identifiers[count++] = (int)properties.Number;
            }
        }

        return count;
    }

    /// <summary>The value of the first user property of this name.</summary>
    public bool TryGetUserProperty(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        PropertyReader properties = Properties;
        while (properties.MoveNext())
        {
            if (properties.Id == PropertyId.UserProperty && properties.Bytes.SequenceEqual(name))
            {
                value = properties.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    private PropertyReader Properties => new(buffer.Slice(packet.PropertiesStart, packet.PropertiesLength), PropertySets.Publish);

    private bool Find(PropertyId id, out PropertyReader found)
    {
        found = Properties;
        while (found.MoveNext())
        {
            if (found.Id == id)
            {
                return true;
            }
        }

        return false;
    }
}
