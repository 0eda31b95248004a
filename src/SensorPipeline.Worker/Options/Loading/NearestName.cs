namespace SensorPipeline.Worker.Options.Loading;

/// <summary>Guesses what somebody meant to write.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits, where they are few enough to be a slip; otherwise null.</summary>
    public static string? Of(string written, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int fewest = Math.Max(1, written.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            int edits = Edits(written.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits < fewest)
            {
                (nearest, fewest) = (candidate, edits);
            }
        }

        return nearest;
    }

    // Damerau and Levenshtein's distance with adjacent transpositions, three rows at a time.
    private static int Edits(string from, string to)
    {
        int[] before = new int[to.Length + 1];
        int[] previous = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] current = new int[to.Length + 1];
            current[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int substitution = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, previous) = (previous, current);
        }

        return previous[to.Length];
    }
}
