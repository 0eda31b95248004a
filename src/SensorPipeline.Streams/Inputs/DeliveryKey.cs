namespace SensorPipeline.Streams.Inputs;

/// <summary>
/// What tells a message from the broker sending it again after a reconnect: packet identifier, redelivery flag, whether its device numbers its messages, and a hash of
/// topic and payload, packed in 64 bits. The default value belongs to messages that are never redelivered (QoS 0, files).
/// </summary>
public readonly record struct DeliveryKey(ulong Bits)
{
    private const int HashBits = 46;
    private const ulong RedeliveredBit = 1UL << 47;
    private const ulong NumberedBit = 1UL << HashBits;

    /// <summary>The key of one delivery; of <paramref name="hash"/> the low 46 bits count.</summary>
    public DeliveryKey(ushort packetId, bool redelivered, ulong hash)
        : this(((ulong)packetId << 48) | (redelivered ? RedeliveredBit : 0) | (hash & ((1UL << HashBits) - 1)))
    {
    }

    /// <summary>No redelivery is possible.</summary>
    public bool IsNone => PacketId == 0;

    /// <summary>The MQTT packet identifier, 0 for none.</summary>
    public ushort PacketId => (ushort)(Bits >> 48);

    /// <summary>Whether the sender marked this as a repeated delivery.</summary>
    public bool Redelivered => (Bits & RedeliveredBit) != 0;

    /// <summary>Whether the payload holds a number that the device counts its messages by: it then names the message, whatever identifier the broker gives it.</summary>
    public bool IsNumbered
    {
        get => (Bits & NumberedBit) != 0;
        init => Bits = value ? Bits | NumberedBit : Bits & ~NumberedBit;
    }

    /// <summary>46 bits that topic and payload hash to.</summary>
    public ulong Hash => Bits & ((1UL << HashBits) - 1);
}
