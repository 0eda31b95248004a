using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>
/// The topics a peer has given numbers to on one connection. A message that brings only the number gets its topic copied beside the
/// receive buffer, so that an alias may change its meaning within a batch.
/// </summary>
internal sealed class IncomingAliases(int maximum)
{
    private readonly byte[]?[] topics = new byte[maximum + 1][];
    private readonly PacketWriter text = new(0);

    /// <summary>The topics of the batch at hand that were sent as numbers.</summary>
    public ReadOnlySpan<byte> Text => text.WrittenSpan;

    public void BeginBatch() => text.Clear();

    /// <summary>Learns or applies the packet's alias; afterwards a negative topic start is the complement of a position in <see cref="Text"/>.</summary>
    public MqttReason Resolve(ReadOnlySpan<byte> buffer, ref PublishPacket packet)
    {
        if (packet.TopicAlias >= topics.Length)
        {
            return MqttReason.TopicAliasInvalid;
        }

        if (packet.TopicLength > 0)
        {
            ReadOnlySpan<byte> topic = buffer.Slice(packet.TopicStart, packet.TopicLength);
            if (!topic.SequenceEqual(topics[packet.TopicAlias]))
            {
                topics[packet.TopicAlias] = topic.ToArray();
            }

            return MqttReason.Success;
        }

        if (topics[packet.TopicAlias] is not { } known)
        {
            return MqttReason.ProtocolError;
        }

        packet.TopicStart = ~text.Length;
        packet.TopicLength = (ushort)known.Length;
        text.Raw(known);
        return MqttReason.Success;
    }
}
