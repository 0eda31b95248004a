namespace SensorPipeline.Mqtt.Connections;

/// <summary>Arrays whose length is a power of two, used round and round.</summary>
internal static class Ring
{
    /// <summary>A ring of twice the size with what stands between two positions.</summary>
    public static T[] Grown<T>(T[] ring, long from, long to)
    {
        var larger = new T[ring.Length * 2];
        for (long i = from; i < to; i++)
        {
            larger[i & (larger.Length - 1)] = ring[i & (ring.Length - 1)];
        }

        return larger;
    }
}
