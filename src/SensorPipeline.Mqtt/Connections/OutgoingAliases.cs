using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>Numbers for the first topics published on a connection, as many as the server takes.</summary>
internal sealed class OutgoingAliases
{
    private readonly Dictionary<byte[], ushort> numbers = new(BytesComparer.Instance);
    private int maximum;

    public bool Enabled => maximum > 0;

    public void Reset(int maximum)
    {
        this.maximum = maximum;
        numbers.Clear();
    }

    /// <summary>The topic's number, or 0; <paramref name="known"/> tells whether the server knows it already.</summary>
    public ushort NumberOf(ReadOnlySpan<byte> topic, out bool known)
    {
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
        known = lookup.TryGetValue(topic, out ushort number);
        if (known || numbers.Count >= maximum)
        {
            return number;
        }

        number = (ushort)(numbers.Count + 1);
        lookup[topic] = number;
        return number;
    }
}
