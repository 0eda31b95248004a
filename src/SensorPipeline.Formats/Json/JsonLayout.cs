namespace SensorPipeline.Formats.Json;

/// <summary>The paths wanted from a source's payloads. Filled once when the source is compiled.</summary>
internal sealed class JsonLayout
{
    /// <summary>Most stars in a path.</summary>
    public const int MaxStars = 4;

    private readonly Dictionary<string, int> slots = new(StringComparer.Ordinal);
    private readonly List<int[]> starDepths = [];
    private readonly List<JsonPath> rules = [];

    /// <summary>Where the search begins.</summary>
    public JsonNode Root { get; } = new();

    /// <summary>How many paths without stars there are.</summary>
    public int Slots => slots.Count;

    /// <summary>For each path with stars, the depths at which they stand.</summary>
    public IReadOnlyList<int[]> StarDepths => starDepths;

    /// <summary>The slot of a path without stars.</summary>
    public int Slot(JsonPath path)
    {
        if (slots.TryGetValue(path.Text, out int known))
        {
            return known;
        }

        int slot = slots.Count;
        slots.Add(path.Text, slot);
        Root.AddSlot(path.Segments, slot);
        return slot;
    }

    /// <summary>The rule of a path with stars.</summary>
    public int Rule(JsonPath path)
    {
        rules.Add(path);
        starDepths.Add([.. Enumerable.Range(0, path.Segments.Length).Where(depth => path.Segments[depth] == JsonPath.Any)]);
        return rules.Count - 1;
    }

    /// <summary>Ends the layout. Of paths that meet, the one with a name where the other has a star comes first.</summary>
    public void Complete()
    {
        int[] order = [.. Enumerable.Range(0, rules.Count).OrderBy(Specificity, StringComparer.Ordinal)];
        bool grown = true;
        while (grown)
        {
            grown = false;
            foreach (int rule in order)
            {
                grown |= Root.Grow(rules[rule].Segments);
            }
        }

        foreach (int rule in order)
        {
            Root.AddRule(rules[rule].Segments, rule);
        }
    }

    private string Specificity(int rule) => string.Concat(rules[rule].Segments.Select(segment => segment == JsonPath.Any ? '1' : '0'));
}
