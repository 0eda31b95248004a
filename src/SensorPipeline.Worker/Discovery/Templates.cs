namespace SensorPipeline.Worker.Discovery;

/// <summary>Topic templates of topics that were heard.</summary>
internal static class Templates
{
    private static readonly string[] Names = ["device", "part", "item", "member"];

    /// <summary>The levels with a placeholder for each that is not fixed; the last of them is called <paramref name="last"/>.</summary>
    public static string OfLevels(IReadOnlyList<string> levels, Func<string, bool> isFixed, string last)
    {
        int open = levels.Count(level => !isFixed(level));
        int seen = 0;
        return string.Join('/', levels.Select(level => isFixed(level) ? level : ++seen == open ? $"{{{last}}}" : $"{{group{(seen == 1 ? "" : seen)}}}"));
    }

    /// <summary>A prefix of several levels that ends with a device.</summary>
    public static string OfPrefix(IReadOnlyList<string[]> prefixes)
    {
        string[] first = prefixes[0];
        bool[] differs = [.. first.Select((level, i) => prefixes.Any(prefix => prefix[i] != level))];
        int seen = 0;
        return string.Join('/', first.Select((level, i) =>
            i == first.Length - 1 ? "{device}" : !differs[i] ? level : seen++ == 0 ? "{group}" : $"{{group{seen}}}"));
    }

    /// <summary>The template of topics of one length: what they share stays, what differs becomes a placeholder.</summary>
    public static string Of(IReadOnlyList<TopicSample> topics, string last)
    {
        string[] first = topics[0].Levels;
        bool[] differs = [.. first.Select((level, i) => topics.Any(topic => topic.Levels[i] != level))];
        int seen = 0;
        return string.Join('/', first.Select((level, i) =>
            !differs[i] ? level : $"{{{(i == first.Length - 1 ? last : NameOf(seen++))}}}"));
    }

    private static string NameOf(int index) => index < Names.Length ? Names[index] : $"level{index + 1}";
}
