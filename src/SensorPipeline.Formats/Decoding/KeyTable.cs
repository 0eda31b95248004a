using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Decoding;

/// <summary>The sensors of one topic whose names its payloads give, by channel and key bytes.</summary>
internal sealed class KeyTable
{
    private ulong[] hashes = new ulong[16];
    private Entry[] entries = new Entry[16];

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>The entry of a key, or null.</summary>
    public Entry? Find(int channel, ReadOnlySpan<byte> key, ulong hash)
    {
        int mask = hashes.Length - 1;
        for (int i = (int)(hash >> 1) & mask; hashes[i] != 0; i = (i + 1) & mask)
        {
            if (hashes[i] == hash && entries[i].Channel == channel && key.SequenceEqual(entries[i].Key))
            {
                return entries[i];
            }
        }

        return null;
    }

    /// <summary>Adds a key that is not there yet.</summary>
    public Entry Add(int channel, ReadOnlySpan<byte> key, ulong hash)
    {
        if (Count * 2 >= hashes.Length)
        {
            Grow();
        }

        var entry = new Entry(channel, key.ToArray());
        Place(entry, hash);
        Count++;
        return entry;
    }

    private void Place(Entry entry, ulong hash)
    {
        int mask = hashes.Length - 1;
        int i = (int)(hash >> 1) & mask;
        while (hashes[i] != 0)
        {
            i = (i + 1) & mask;
        }

        hashes[i] = hash;
        entries[i] = entry;
    }

    private void Grow()
    {
        (ulong[] oldHashes, Entry[] oldEntries) = (hashes, entries);
        hashes = new ulong[oldHashes.Length * 2];
        entries = new Entry[oldHashes.Length * 2];
        for (int i = 0; i < oldHashes.Length; i++)
        {
            if (oldHashes[i] != 0)
            {
                Place(oldEntries[i], oldHashes[i]);
            }
        }
    }

    /// <summary>A key of a channel and its sensor.</summary>
    internal sealed class Entry(int channel, byte[] key)
    {
        public int Channel => channel;

        public byte[] Key => key;

        public int Sensor { get; set; } = Route.Unknown;

        /// <summary>The channel that takes it, where that does not follow from the key; null for none.</summary>
        public ChannelPlan? Plan { get; set; }

        /// <summary>The message that named it last.</summary>
        public long Message { get; set; }

        /// <summary>Where in that message.</summary>
        public int Position { get; set; }
    }
}
