using SensorPipeline.Streams.Graph;

namespace SensorPipeline.Formats.Decoding;

/// <summary>
/// Routes by topic: open addressing over UTF-8 bytes, so that a known topic costs no string. Topics lie side by side in memory, beside what
/// leads to them: of thousands, each look-up waits for memory rather than for arithmetic. Bounded in topics and in their bytes.
/// </summary>
internal sealed class RouteTable(int limit)
{
    private const int FirstSize = 256;

    // No honest topics are longer on average.
    private const int BytesATopic = 256;
    private const int GreatestBytes = 1 << 30;

    private readonly long byteLimit = Math.Min((long)limit * BytesATopic, GreatestBytes);
    private readonly Buffer<byte> topics = new();
    private Entry[] entries = new Entry[FirstSize];
    private int count;

    /// <summary>Whether it holds as much as it may.</summary>
    public bool IsFull => count >= limit || topics.Count >= byteLimit;

    /// <summary>The route of a topic, or null.</summary>
    public Route? Find(ReadOnlySpan<byte> topic, ulong hash)
    {
        Entry[] table = entries;
        int mask = table.Length - 1;
        for (int i = (int)(hash >> 1) & mask; (uint)i < (uint)table.Length; i = (i + 1) & mask)
        {
            ref readonly Entry entry = ref table[i];
            if (entry.Hash == hash && topic.SequenceEqual(topics.Items.Slice(entry.Start, entry.Length)))
            {
                return entry.Route;
            }

            if (entry.Hash == 0)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>Adds the route of a topic that has none yet.</summary>
    public void Add(ReadOnlySpan<byte> topic, ulong hash, Route route)
    {
        if (count * 2 >= entries.Length)
        {
            Grow();
        }

        Place(new Entry(hash, topics.Count, topic.Length, route));
        topics.AddRange(topic);
        count++;
    }

    /// <summary>Forgets all routes.</summary>
    public void Clear()
    {
        entries.AsSpan().Clear();
        topics.Clear();
        count = 0;
    }

    private void Place(in Entry entry)
    {
        int mask = entries.Length - 1;
        int i = (int)(entry.Hash >> 1) & mask;
        while (entries[i].Hash != 0)
        {
            i = (i + 1) & mask;
        }

        entries[i] = entry;
    }

    private void Grow()
    {
        Entry[] old = entries;
        entries = new Entry[old.Length * 2];
        foreach (ref readonly Entry entry in old.AsSpan())
        {
            if (entry.Hash != 0)
            {
                Place(entry);
            }
        }
    }

    /// <summary>A topic's hash, never 0, where its bytes stand, and its route.</summary>
    private readonly record struct Entry(ulong Hash, int Start, int Length, Route? Route);
}
