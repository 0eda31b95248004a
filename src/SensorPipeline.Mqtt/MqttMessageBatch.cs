using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt;

/// <summary>Collects messages one by one into a batch a receiver can take: for transports that get them singly, and for tests.</summary>
public sealed class MqttMessageBatch
{
    private readonly PacketWriter bytes = new(4096);
    private readonly List<PublishPacket> packets = [];

    /// <summary>What has been added since the last <see cref="Clear"/>.</summary>
    public MqttMessages Messages => new(bytes.WrittenSpan, default, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(packets));

    /// <summary>Adds a copy of a message.</summary>
    /// <exception cref="ArgumentException">The topic is no topic name.</exception>
    public void Add(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos = 0, bool retain = false, bool duplicate = false, ushort packetId = 0)
    {
        if (!TopicFilter.IsTopicName(topic))
        {
            throw new ArgumentException("not a topic name", nameof(topic));
        }

        packets.Add(new PublishPacket
        {
            TopicStart = bytes.Length,
            TopicLength = (ushort)topic.Length,
            PayloadStart = bytes.Length + topic.Length,
            PayloadLength = payload.Length,
            PacketId = packetId,
            Flags = (byte)((qos << 1) | (retain ? 1 : 0) | (duplicate ? 8 : 0)),
        });
        bytes.Raw(topic);
        bytes.Raw(payload);
    }

    /// <summary>Forgets all messages.</summary>
    public void Clear()
    {
        bytes.Clear();
        packets.Clear();
    }
}
