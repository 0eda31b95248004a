using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt;

/// <summary>The messages of one read, in order of receipt; use it with <c>foreach</c>, as often as needed.</summary>
public readonly ref struct MqttMessages
{
    private readonly ReadOnlySpan<byte> buffer;
    private readonly ReadOnlySpan<byte> aliased;
    private readonly ReadOnlySpan<PublishPacket> packets;

    internal MqttMessages(ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> aliased, ReadOnlySpan<PublishPacket> packets)
    {
        this.buffer = buffer;
        this.aliased = aliased;
        this.packets = packets;
    }

    /// <summary>How many there are.</summary>
    public int Count => packets.Length;

    /// <summary>One of them.</summary>
    public MqttMessage this[int index] => new(buffer, aliased, in packets[index]);

    /// <summary>Walks the messages.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks the messages of one read.</summary>
    public ref struct Enumerator
    {
        private readonly MqttMessages messages;
        private int index;

        internal Enumerator(MqttMessages messages)
        {
            this.messages = messages;
            index = -1;
        }

        /// <summary>The message at hand.</summary>
        public readonly MqttMessage Current => new(messages.buffer, messages.aliased, in messages.packets[index]);

        /// <summary>Steps to the next message.</summary>
        public bool MoveNext() => ++index < messages.packets.Length;
    }
}
