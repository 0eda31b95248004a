using System.Globalization;
using System.Text;

namespace SensorPipeline.Formats.Topics;

/// <summary>
/// Makes text that a device chose fit for a level of a topic. What would be a wildcard, a path step, a hidden level or invisible is
/// replaced by <c>_</c>, and six hexadecimal digits of a hash keep two names apart that would look the same afterwards.
/// </summary>
internal static class SafeName
{
    /// <summary>The text as one level.</summary>
    public static string Level(string text)
    {
        string clean = CleanLevel(text.Replace('/', '_'));
        return clean == text ? text : Marked(clean, text);
    }

    /// <summary>The text as one or more levels.</summary>
    public static string Levels(string text)
    {
        string clean = string.Join('/', text.Split('/').Select(CleanLevel));
        return clean == text ? text : Marked(clean, text);
    }

    /// <summary>Whether a name someone configured needs no cleaning.</summary>
    public static bool IsSafe(string text) => Levels(text) == text;

    private static string CleanLevel(string level)
    {
        if (level.Length == 0)
        {
            return "_";
        }

        if (level is "." or "..")
        {
            return level.Replace('.', '_');
        }

        StringBuilder? clean = null;
        int position = 0;
        foreach (Rune rune in level.EnumerateRunes())
        {
            // A lone surrogate is enumerated as U+FFFD.
            if (IsUnsafe(rune, position))
            {
                clean ??= new StringBuilder(level, 0, position, level.Length);
                clean.Append('_');
            }
            else
            {
                clean?.Append(rune.ToString());
            }

            position += rune.Utf16SequenceLength;
        }

        return clean?.ToString() ?? level;
    }

    private static bool IsUnsafe(Rune rune, int position) => rune.Value switch
    {
        '+' or '#' or 0xFFFD => true,
        '$' => position == 0,
        _ => (rune.Value & 0xFFFE) == 0xFFFE || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };

    private static string Marked(string clean, string original)
    {
        uint hash = 2166136261;
        foreach (char c in original)
        {
            hash = (hash ^ c) * 16777619;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{clean}-{(hash ^ (hash >> 24)) & 0xFFFFFF:x6}");
    }
}
