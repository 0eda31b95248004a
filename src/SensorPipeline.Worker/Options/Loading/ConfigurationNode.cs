namespace SensorPipeline.Worker.Options.Loading;

/// <summary>A value, a list or a section as somebody wrote it, with the place where it was written.</summary>
/// <param name="Origin">File and line, environment variable or command line.</param>
/// <param name="Directory">What relative paths said here are relative to.</param>
internal abstract record ConfigurationNode(string Origin, string Directory)
{
    /// <summary>What holds when <paramref name="upper"/> is said on top of <paramref name="lower"/>.</summary>
    /// <remarks>
    /// Sections merge key by key. An item of a list is replaced as a whole: half of one source and half of another would be neither.
    /// </remarks>
    public static ConfigurationNode Merge(ConfigurationNode lower, ConfigurationNode upper) => (lower, upper) switch
    {
        (ConfigurationList list, ConfigurationSection items) when items.IsIndexed => list.AsSection().Replace(items),
        (ConfigurationSection below, ConfigurationSection above) when above.IsIndexed => below.Replace(above),
        (ConfigurationSection below, ConfigurationSection above) => below.MergeMembers(above),
        _ => upper,
    };
}

/// <summary>A single value; null text stands for JSON's null.</summary>
internal sealed record ConfigurationScalar(string? Text, string Origin, string Directory) : ConfigurationNode(Origin, Directory);

/// <summary>A list as a file writes it.</summary>
internal sealed record ConfigurationList(IReadOnlyList<ConfigurationNode> Items, string Origin, string Directory) : ConfigurationNode(Origin, Directory)
{
    /// <summary>The same list with its items under their indices.</summary>
    public ConfigurationSection AsSection()
    {
        var section = new ConfigurationSection(Origin, Directory);
        for (int index = 0; index < Items.Count; index++)
        {
            section.Members[index.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Items[index];
        }

        return section;
    }
}

/// <summary>Keys and what they hold; keys differ in more than case.</summary>
internal sealed record ConfigurationSection(string Origin, string Directory) : ConfigurationNode(Origin, Directory)
{
    /// <summary>What the section holds, in order of appearance.</summary>
    public OrderedDictionary<string, ConfigurationNode> Members { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether every key is an index, as where environment variables spell a list.</summary>
    public bool IsIndexed => Members.Count > 0 && Members.Keys.All(key => int.TryParse(key, System.Globalization.CultureInfo.InvariantCulture, out int index) && index >= 0);

    /// <summary>The items of a list that was spelled by index.</summary>
    public ConfigurationList AsList() =>
        new([.. Members.OrderBy(member => int.Parse(member.Key, System.Globalization.CultureInfo.InvariantCulture)).Select(member => member.Value)], Origin, Directory);

    /// <summary>This section with members of <paramref name="other"/> in place of those with the same key.</summary>
    public ConfigurationSection Replace(ConfigurationSection other) => With(other, (_, upper) => upper);

    /// <summary>This section merged with another, key by key.</summary>
    public ConfigurationSection MergeMembers(ConfigurationSection other) => With(other, Merge);

    /// <summary>Puts a value at a path below this section; what was a plain value on the way there becomes a section.</summary>
    public void Set(ReadOnlySpan<string> path, ConfigurationScalar value)
    {
        if (path.Length == 1)
        {
            Members[path[0]] = value;
            return;
        }

        if (!Members.TryGetValue(path[0], out ConfigurationNode? next) || next is not ConfigurationSection section)
        {
            Members[path[0]] = section = new ConfigurationSection(value.Origin, value.Directory);
        }

        section.Set(path[1..], value);
    }

    private ConfigurationSection With(ConfigurationSection other, Func<ConfigurationNode, ConfigurationNode, ConfigurationNode> combine)
    {
        var merged = new ConfigurationSection(Origin, Directory);
        foreach ((string key, ConfigurationNode lower) in Members)
        {
            merged.Members[key] = lower;
        }

        foreach ((string key, ConfigurationNode upper) in other.Members)
        {
            merged.Members[key] = merged.Members.TryGetValue(key, out ConfigurationNode? lower) ? combine(lower, upper) : upper;
        }

        return merged;
    }
}
