namespace SensorPipeline.Formats.Decoding;

/// <summary>Routes by topic: open addressing over UTF-8 bytes, so that a known topic costs no string. Bounded; when full it starts afresh.</summary>
internal sealed class RouteTable(int limit)
{
    private const int FirstSize = 256;

    private ulong[] hashes = new ulong[FirstSize];
    private Route?[] routes = new Route?[FirstSize];

    /// <summary>How many routes there are.</summary>
    public int Count { get; private set; }

    /// <summary>The route of a topic, or null.</summary>
    public Route? Find(ReadOnlySpan<byte> topic, ulong hash)
    {
        ulong[] table = hashes;
        int mask = table.Length - 1;
        for (int i = (int)(hash >> 1) & mask; (uint)i < (uint)table.Length && table[i] != 0; i = (i + 1) & mask)
        {
            if (table[i] == hash && routes[i] is { } route && topic.SequenceEqual(route.Topic))
            {
                return route;
            }
        }

        return null;
    }

    /// <summary>Adds the route of a topic that has none yet.</summary>
    public void Add(Route route, ulong hash)
    {
        if (Count >= limit)
        {
            Clear();
        }

        if (Count * 2 >= hashes.Length)
        {
            Grow();
        }

        Place(route, hash);
        Count++;
    }

    /// <summary>Forgets all routes.</summary>
    public void Clear()
    {
        hashes.AsSpan().Clear();
        routes.AsSpan().Clear();
        Count = 0;
    }

    private void Place(Route route, ulong hash)
    {
        int mask = hashes.Length - 1;
        int i = (int)(hash >> 1) & mask;
        while (hashes[i] != 0)
        {
            i = (i + 1) & mask;
        }

        hashes[i] = hash;
        routes[i] = route;
    }

    private void Grow()
    {
        (ulong[] oldHashes, Route?[] oldRoutes) = (hashes, routes);
        hashes = new ulong[oldHashes.Length * 2];
        routes = new Route?[oldHashes.Length * 2];
        for (int i = 0; i < oldHashes.Length; i++)
        {
            if (oldRoutes[i] is { } route)
            {
                Place(route, oldHashes[i]);
            }
        }
    }
}
