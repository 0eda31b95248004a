namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Relations between MQTT topic filters, where <c>+</c> is any level and a final <c>#</c> any rest, the parent level included.</summary>
internal static class TopicFilters
{
    /// <summary>Whether some topic matches both filters.</summary>
    public static bool Overlap(string first, string second) => Overlap(first.Split('/'), second.Split('/'));

    /// <summary>Whether every topic that matches <paramref name="narrow"/> matches <paramref name="wide"/> as well.</summary>
    public static bool Covers(string wide, string narrow) => Covers(wide.Split('/'), narrow.Split('/'));

    private static bool Overlap(ReadOnlySpan<string> first, ReadOnlySpan<string> second)
    {
        if (first is ["#"] || second is ["#"])
        {
            return true;
        }

        if (first.IsEmpty || second.IsEmpty)
        {
            return first.IsEmpty && second.IsEmpty;
        }

        return (first[0] == "+" || second[0] == "+" || first[0] == second[0]) && Overlap(first[1..], second[1..]);
    }

    private static bool Covers(ReadOnlySpan<string> wide, ReadOnlySpan<string> narrow)
    {
        if (wide is ["#"])
        {
            return true;
        }

        if (wide.IsEmpty || narrow.IsEmpty)
        {
            return wide.IsEmpty && narrow.IsEmpty;
        }

        return narrow[0] != "#" && (wide[0] == "+" || wide[0] == narrow[0]) && Covers(wide[1..], narrow[1..]);
    }
}
