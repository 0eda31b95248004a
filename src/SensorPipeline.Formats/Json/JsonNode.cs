using System.Globalization;
using System.Text;

namespace SensorPipeline.Formats.Json;

/// <summary>One level of the wanted paths: what is wanted of an object's members or an array's items.</summary>
internal sealed class JsonNode
{
    private byte[][] names = [];
    private int[] indices = [];
    private JsonNode[] children = [];

    /// <summary>What is wanted of every other member and item.</summary>
    public JsonNode? Any { get; private set; }

    /// <summary>Where to put the value here, or -1.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>The rule that takes the value here whatever its keys are, or -1.</summary>
    public int Rule { get; private set; } = -1;

    /// <summary>Adds a path without stars.</summary>
    public void AddSlot(ReadOnlySpan<string> segments, int slot) => Reach(segments).Slot = slot;

    /// <summary>Makes room for a path with stars, also below what other paths name; false where nothing was missing.</summary>
    public bool Grow(ReadOnlySpan<string> segments)
    {
        if (segments.IsEmpty)
        {
            return false;
        }

        bool grown = !Has(segments[0]);
        grown |= Child(segments[0]).Grow(segments[1..]);
        foreach (JsonNode named in segments[0] == JsonPath.Any ? children : [])
        {
            grown |= named.Grow(segments[1..]);
        }

        return grown;
    }

    /// <summary>Adds a path with stars. Where paths meet, one without stars wins, then the one added first.</summary>
    public void AddRule(ReadOnlySpan<string> segments, int rule)
    {
        if (segments.IsEmpty)
        {
            Rule = Rule < 0 && Slot < 0 ? rule : Rule;
            return;
        }

        Child(segments[0]).AddRule(segments[1..], rule);
        foreach (JsonNode named in segments[0] == JsonPath.Any ? children : [])
        {
            named.AddRule(segments[1..], rule);
        }
    }

    /// <summary>What is wanted of a member.</summary>
    public JsonNode? Member(ReadOnlySpan<byte> name)
    {
        byte[][] known = names;
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i].Length == name.Length && name.SequenceEqual(known[i]))
            {
                return children[i];
            }
        }

        return Any;
    }

    /// <summary>What is wanted of an array's item.</summary>
    public JsonNode? Item(int index) => Array.IndexOf(indices, index) is >= 0 and int i ? children[i] : Any;

    private JsonNode Reach(ReadOnlySpan<string> segments) => segments.IsEmpty ? this : Child(segments[0]).Reach(segments[1..]);

    private bool Has(string segment) =>
        segment == JsonPath.Any ? Any is not null : Array.Exists(names, name => name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(segment)));

    private JsonNode Child(string segment)
    {
        if (segment == JsonPath.Any)
        {
            return Any ??= new JsonNode();
        }

        byte[] name = Encoding.UTF8.GetBytes(segment);
        int known = Array.FindIndex(names, other => other.AsSpan().SequenceEqual(name));
        if (known >= 0)
        {
            return children[known];
        }

        bool isIndex = int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && $"{index}" == segment;
        names = [.. names, name];
        indices = [.. indices, isIndex ? index : -1];
        children = [.. children, new JsonNode()];
        return children[^1];
    }
}
