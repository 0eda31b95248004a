using System.Buffers.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Streams.Graph;

namespace SensorPipeline.Formats.Json;

/// <summary>A value that a path with stars found, and the keys the stars matched, as they stand in <see cref="JsonFindings.Keys"/>.</summary>
internal record struct JsonMatch(int Rule, JsonToken Token, int KeyStart, int KeyLength)
{
    /// <summary>Where its keys are in the table of the topic, once they have been looked up; <see cref="KeyTable.None"/> where it is not to be read.</summary>
    public int Entry { get; set; }
}

/// <summary>What the wanted paths found in one payload. Reused from payload to payload.</summary>
internal sealed class JsonFindings(JsonLayout layout)
{
    /// <summary>Ends each key; no UTF-8 text holds it.</summary>
    public const byte KeyEnd = 0xFF;

    private readonly JsonToken[] slots = new JsonToken[layout.Slots];
    private readonly int[][] starDepths = [.. layout.StarDepths];
    private readonly Buffer<JsonMatch> matches = new();
    private readonly Buffer<byte> keys = new();
    private readonly Buffer<byte> unescaped = new();
    private readonly (int Start, int Length, bool Unescaped)[] trail = new (int, int, bool)[JsonScanner.MaxDepth + 1];

    /// <summary>The value of each path without stars; the last where it occurs more than once.</summary>
    public ReadOnlySpan<JsonToken> Slots => slots;

    /// <summary>The values of paths with stars, in order.</summary>
    public Span<JsonMatch> Matches => matches.Items;

    /// <summary>The keys of the matches.</summary>
    public ReadOnlySpan<byte> Keys => keys.Items;

    public void Clear()
    {
        slots.AsSpan().Clear();
        matches.Clear();
        keys.Clear();
        unescaped.Clear();
    }

    /// <summary>Notes the value at a node.</summary>
    public void Add(JsonNode node, JsonToken token, ReadOnlySpan<byte> payload)
    {
        if (node.Slot >= 0)
        {
            slots[node.Slot] = token;
        }

        if (node.Rule >= 0)
        {
            int start = keys.Count;
            foreach (int depth in starDepths[node.Rule])
            {
                (int at, int length, bool own) = trail[depth];
                ReadOnlySpan<byte> key = own ? unescaped.Items : payload;
                keys.AddRange(key.Slice(at, length));
                keys.Add() = KeyEnd;
            }

            matches.Add() = new JsonMatch(node.Rule, token, start, keys.Count - start);
        }
    }

    /// <summary>Notes that the scanner is at a member of the object at a depth.</summary>
    public void Enter(int depth, int start, int length) => trail[depth] = (start, length, false);

    /// <summary>The same for a name with escapes; returns the name itself.</summary>
    public ReadOnlySpan<byte> EnterEscaped(int depth, ReadOnlySpan<byte> raw)
    {
        int start = unescaped.Count;
        int length = JsonEscapes.Decode(raw, unescaped.AddSpan(raw.Length));
        trail[depth] = (start, length, true);
        return unescaped.Items.Slice(start, length);
    }

    /// <summary>The same for an item of an array.</summary>
    public void EnterItem(int depth, int index)
    {
        int start = unescaped.Count;
        Utf8Formatter.TryFormat(index, unescaped.AddSpan(10), out int length);
        trail[depth] = (start, length, true);
    }
}
