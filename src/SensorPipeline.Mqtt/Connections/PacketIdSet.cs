namespace SensorPipeline.Mqtt.Connections;

/// <summary>A set of packet identifiers, one bit each.</summary>
internal sealed class PacketIdSet
{
    private readonly ulong[] words = new ulong[1024];

    public bool Contains(ushort id) => (words[id >> 6] & (1UL << id)) != 0;

    public void Add(ushort id) => words[id >> 6] |= 1UL << id;

    public void Remove(ushort id) => words[id >> 6] &= ~(1UL << id);

    public void Clear() => Array.Clear(words);
}
