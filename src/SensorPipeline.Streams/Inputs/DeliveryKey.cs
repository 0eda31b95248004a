namespace SensorPipeline.Streams.Inputs;

/// <summary>
/// What tells a message from the broker sending it again after a reconnect: packet identifier, redelivery flag and a hash of
/// topic and payload, packed in 64 bits. The default value belongs to messages that are never redelivered (QoS 0, files).
/// </summary>
public readonly record struct DeliveryKey(ulong Bits)
{
    private const int HashBits = 47;

    /// <summary>The key of one delivery; of <paramref name="hash"/> the low 47 bits count.</summary>
    public DeliveryKey(ushort packetId, bool redelivered, ulong hash)
        : this(((ulong)packetId << 48) | (redelivered ? 1UL << HashBits : 0) | (hash & ((1UL << HashBits) - 1)))
    {
    }

    /// <summary>No redelivery is possible.</summary>
    public bool IsNone => PacketId == 0;

    /// <summary>The MQTT packet identifier, 0 for none.</summary>
    public ushort PacketId => (ushort)(Bits >> 48);

    /// <summary>Whether the sender marked this as a repeated delivery.</summary>
    public bool Redelivered => (Bits & (1UL << HashBits)) != 0;

    /// <summary>47 bits that topic and payload hash to.</summary>
    public ulong Hash => Bits & ((1UL << HashBits) - 1);
}
