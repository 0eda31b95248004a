using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt;

/// <summary>One received message; its spans are valid while <see cref="IMqttReceiver.OnMessages"/> runs.</summary>
public readonly ref struct MqttMessage
{
    private readonly ref readonly PublishPacket packet;
    private readonly ReadOnlySpan<byte> buffer;

    internal MqttMessage(ReadOnlySpan<byte> buffer, ref readonly PublishPacket packet)
    {
        this.buffer = buffer;
        this.packet = ref packet;
    }

    /// <summary>The topic name: valid UTF-8, no wildcard, no null character, never empty.</summary>
    public ReadOnlySpan<byte> Topic => buffer.Slice(packet.TopicStart, packet.TopicLength);

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
}
