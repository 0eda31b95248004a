namespace SensorPipeline.Formats.Json;

/// <summary>A JSON pointer (RFC 6901) taken apart; the segment <c>*</c> is any member or index.</summary>
internal sealed record JsonPath(string Text, string[] Segments)
{
    public const string Any = "*";

    /// <summary>How many stars the path has.</summary>
    public int Stars => Segments.Count(segment => segment == Any);

    /// <summary>Whether the path matches whatever member is there.</summary>
    public bool EndsWithStar => Segments is [.., Any];

    /// <summary>Reads a pointer; returns what is wrong, or null.</summary>
    public static string? TryParse(string text, out JsonPath path)
    {
        path = new JsonPath(text, []);
        if (text.Length == 0)
        {
            return null;
        }

        if (text[0] != '/')
        {
            return $"is '{text}'; expected a JSON pointer, which begins with '/', such as '/{text.Replace('.', '/')}'";
        }

        string[] segments = text[1..].Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            string bare = segments[i].Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal);
            if (bare.Contains('~', StringComparison.Ordinal))
            {
                return $"is '{text}'; in a JSON pointer '~' is written '~0' and '/' in a name is written '~1'";
            }

            segments[i] = segments[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        path = new JsonPath(text, segments);
        return path.Stars > JsonLayout.MaxStars || segments.Length > JsonScanner.MaxDepth
            ? $"is '{text}'; at most {JsonLayout.MaxStars} stars and {JsonScanner.MaxDepth} levels are possible"
            : null;
    }
}
