using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Decoding;

/// <summary>
/// The sensors of one topic whose names its payloads give, by channel and key bytes. A device mostly names the same keys in the same order, so
/// the entry after the last one is tried first; entries and keys lie side by side in memory.
/// </summary>
internal sealed class KeyTable
{
    /// <summary>No such key.</summary>
    public const int None = -1;

    private Entry[] entries = new Entry[4];
    private byte[] keys = new byte[32];
    private int keyBytes;
    private int[] places = new int[8];

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>An entry; the reference is valid until a key is added.</summary>
    public ref Entry this[int entry] => ref entries[entry];

    /// <summary>The key of an entry.</summary>
    public ReadOnlySpan<byte> KeyOf(int entry) => keys.AsSpan(entries[entry].KeyStart, entries[entry].KeyLength);

    /// <summary>The entry of a key, or <see cref="None"/>. <paramref name="expected"/> is tried first.</summary>
    public int Find(int channel, ReadOnlySpan<byte> key, int expected)
    {
        if ((uint)expected < (uint)Count && Holds(expected, channel, key))
        {
            return expected;
        }

        int mask = places.Length - 1;
        for (int i = PlaceOf(key) & mask; places[i] != 0; i = (i + 1) & mask)
        {
            int entry = places[i] - 1;
            if (Holds(entry, channel, key))
            {
                return entry;
            }
        }

        return None;
    }

    /// <summary>Adds a key that is not there yet and returns its entry.</summary>
    public int Add(int channel, ReadOnlySpan<byte> key)
    {
        if (Count == entries.Length)
        {
            Array.Resize(ref entries, Count * 2);
            places = new int[entries.Length * 2];
            for (int entry = 0; entry < Count; entry++)
            {
                Place(entry);
            }
        }

        if (keyBytes + key.Length > keys.Length)
        {
            Array.Resize(ref keys, Math.Max(keys.Length * 2, keyBytes + key.Length));
        }

        key.CopyTo(keys.AsSpan(keyBytes));
        entries[Count] = new Entry { Channel = channel, KeyStart = keyBytes, KeyLength = key.Length, Sensor = Route.Unknown };
        keyBytes += key.Length;
        Place(Count);
        return Count++;
    }

    private static int PlaceOf(ReadOnlySpan<byte> key) => (int)(ByteHash.Of(key) >> 1);

    private bool Holds(int entry, int channel, ReadOnlySpan<byte> key) => entries[entry].Channel == channel && KeyOf(entry).SequenceEqual(key);

    private void Place(int entry)
    {
        int mask = places.Length - 1;
        int i = PlaceOf(KeyOf(entry)) & mask;
        while (places[i] != 0)
        {
            i = (i + 1) & mask;
        }

        places[i] = entry + 1;
    }

    /// <summary>A key of a channel and its sensor.</summary>
    internal struct Entry
    {
        public int Channel { get; init; }

        public int KeyStart { get; init; }

        public int KeyLength { get; init; }

        /// <summary>Index of its sensor, or a negative number.</summary>
        public int Sensor { get; set; }

        /// <summary>The message that named it last.</summary>
        public long Message { get; set; }

        /// <summary>Where in that message.</summary>
        public int Position { get; set; }

        /// <summary>The channel that takes it, where that does not follow from the key; null for none.</summary>
        public ChannelPlan? Plan { get; set; }
    }
}
