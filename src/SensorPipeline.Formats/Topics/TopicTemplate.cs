using System.Diagnostics.CodeAnalysis;

namespace SensorPipeline.Formats.Topics;

/// <summary>
/// A pattern of slash-separated levels, compiled once to an MQTT filter and a matcher. <c>{name}</c> is one whole level,
/// <c>pre-{name}-post</c> a part of one, <c>{name...}</c> one or more last levels, <c>+</c> one and <c>#</c> any number of last levels
/// without a name. As in MQTT a leading wildcard matches no topic that begins with <c>$</c>.
/// </summary>
public sealed class TopicTemplate
{
    private readonly Level[] levels;

    private TopicTemplate(string text, Level[] levels, string[] placeholders)
    {
        Text = text;
        this.levels = levels;
        Placeholders = placeholders;
        Filter = string.Join('/', levels.Select(level => level.Filter));
    }

    private enum LevelKind
    {
        Literal,
        Single,
        Partial,
        Rest,
    }

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>The MQTT filter that delivers every topic this template matches.</summary>
    public string Filter { get; }

    /// <summary>The names of the placeholders from left to right; <see cref="TryMatch"/> yields their values in this order.</summary>
    public IReadOnlyList<string> Placeholders { get; }

    /// <summary>Whether topics that differ only where no placeholder stands can match.</summary>
    public bool HasUnnamedWildcards => levels.Any(level => level.Kind != LevelKind.Literal && level.Placeholder < 0);

    /// <summary>Whether a part of some level is literal, so that the filter delivers topics that do not match.</summary>
    internal bool HasPartialLevels => levels.Any(level => level.Kind == LevelKind.Partial);

    /// <summary>Whether <c>#</c> may match any number of levels in the middle, as in patterns of topics to leave out.</summary>
    private bool HasInnerRest => Array.FindIndex(levels, level => level.Kind == LevelKind.Rest) is >= 0 and int rest && rest < levels.Length - 1;

    /// <summary>Compiles a template, or says in one sentence what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TopicTemplate? template, [NotNullWhen(false)] out string? fault) =>
        TryParse(text, innerRest: false, out template, out fault);

    /// <summary>
    /// Compiles a pattern of topics to leave out: as a template, and <c>#</c> may stand at any place. Such a pattern is only matched,
    /// never subscribed to.
    /// </summary>
    public static bool TryParsePattern(string text, [NotNullWhen(true)] out TopicTemplate? pattern, [NotNullWhen(false)] out string? fault) =>
        TryParse(text, innerRest: true, out pattern, out fault);

    /// <summary>Whether a topic matches, and the values of the placeholders, as many as there are <see cref="Placeholders"/>.</summary>
    public bool TryMatch(string topic, out string[] values)
    {
        values = Placeholders.Count == 0 ? [] : new string[Placeholders.Count];
        bool hidden = topic.StartsWith('$') && levels[0].Kind != LevelKind.Literal;
        return !hidden && Match(0, topic, 0, values);
    }

    /// <summary>Whether a topic matches.</summary>
    public bool Matches(string topic) => TryMatch(topic, out _);

    /// <summary>Why a topic does not match, and how many of its first levels do.</summary>
    internal string Mismatch(string topic, out int agreeing)
    {
        string[] parts = topic.Split('/');
        for (agreeing = 0; agreeing < levels.Length && levels[agreeing].Kind != LevelKind.Rest; agreeing++)
        {
            string expected = Text.Split('/')[agreeing];
            if (agreeing == parts.Length)
            {
                return $"the topic ends where '{expected}' is expected";
            }

            if (!levels[agreeing].Matches(parts[agreeing]))
            {
                return $"level {agreeing + 1} is '{parts[agreeing]}' instead of '{expected}'";
            }
        }

        return agreeing < parts.Length ? "the topic goes on behind its end" : "the topic ends too early";
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool TryParse(
        string text, bool innerRest, [NotNullWhen(true)] out TopicTemplate? template, [NotNullWhen(false)] out string? fault)
    {
        template = null;
        fault = text.Length == 0 ? "is empty; expected a topic such as 'lab/{bench}/temperature'"
            : text.Contains('\0') ? "holds the character U+0000, which no topic can"
            : System.Text.Encoding.UTF8.GetByteCount(text) > ushort.MaxValue ? "is longer than the 65535 bytes of a topic"
            : null;
        string[] parts = text.Split('/');
        var levels = new Level[parts.Length];
        var placeholders = new List<string>();
        for (int i = 0; i < parts.Length && fault is null; i++)
        {
            fault = TryParseLevel(parts[i], placeholders, out levels[i]);
            if (fault is null && levels[i].Kind == LevelKind.Rest && i < parts.Length - 1 && (!innerRest || levels[i].Placeholder >= 0))
            {
                fault = $"has '{parts[i]}' before its end; what matches the rest of a topic must come last";
            }
        }

        template = fault is null ? new TopicTemplate(text, levels, [.. placeholders]) : null;
        return template is not null;
    }

    private static string? TryParseLevel(string part, List<string> placeholders, out Level level)
    {
        level = new Level(LevelKind.Literal, part, "", -1);
        if (part is "+" or "#")
        {
            level = new Level(part == "+" ? LevelKind.Single : LevelKind.Rest, "", "", -1);
            return null;
        }

        if (part.AsSpan().IndexOfAny('+', '#') >= 0)
        {
            return $"has a wildcard inside the level '{part}'; '+' and '#' must be a level of their own";
        }

        int open = part.IndexOf('{', StringComparison.Ordinal);
        int close = part.IndexOf('}', StringComparison.Ordinal);
        if (open < 0 && close < 0)
        {
            return null;
        }

        if (open < 0 || close < open || part.LastIndexOf('{') != open || part.LastIndexOf('}') != close)
        {
            return $"has the malformed level '{part}'; expected one placeholder such as '{{name}}' in a level";
        }

        return TryParsePlaceholder(part, open, close, placeholders, out level);
    }

    private static string? TryParsePlaceholder(string part, int open, int close, List<string> placeholders, out Level level)
    {
        string name = part[(open + 1)..close];
        string prefix = part[..open];
        string suffix = part[(close + 1)..];
        bool rest = name.EndsWith("...", StringComparison.Ordinal);
        name = rest ? name[..^3] : name;
        level = new Level(rest ? LevelKind.Rest : prefix.Length + suffix.Length > 0 ? LevelKind.Partial : LevelKind.Single, prefix, suffix, placeholders.Count);
        if (!IsName(name))
        {
            return $"has the placeholder '{{{name}}}'; a name is a letter followed by letters, digits or '_'";
        }

        if (rest && prefix.Length + suffix.Length > 0)
        {
            return $"has the malformed level '{part}'; '{{{name}...}}' must be a level of its own";
        }

        if (placeholders.Contains(name))
        {
            return $"uses the placeholder '{{{name}}}' twice";
        }

        placeholders.Add(name);
        return null;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private bool Match(int index, string topic, int start, string[] values)
    {
        // A start behind the end means that the last level of the topic has been taken.
        for (; index < levels.Length; index++)
        {
            Level level = levels[index];
            if (level.Kind == LevelKind.Rest)
            {
                return MatchRest(index, topic, start, values);
            }

            if (start > topic.Length)
            {
                return false;
            }

            int slash = topic.IndexOf('/', start);
            int end = slash < 0 ? topic.Length : slash;
            if (!level.Matches(topic.AsSpan(start, end - start)))
            {
                return false;
            }

            if (level.Placeholder >= 0)
            {
                values[level.Placeholder] = topic[(start + level.Prefix.Length)..(end - level.Suffix.Length)];
            }

            start = end + 1;
        }

        return start > topic.Length;
    }

    private bool MatchRest(int index, string topic, int start, string[] values)
    {
        if (levels[index].Placeholder >= 0)
        {
            values[levels[index].Placeholder] = start > topic.Length ? "" : topic[start..];
            return start <= topic.Length;
        }

        if (!HasInnerRest || index == levels.Length - 1)
        {
            return true;
        }

        for (int next = start; next <= topic.Length; next = NextLevel(topic, next))
        {
            if (Match(index + 1, topic, next, values))
            {
                return true;
            }
        }

        return false;
    }

    private static int NextLevel(string topic, int start) => topic.IndexOf('/', start) is >= 0 and int slash ? slash + 1 : topic.Length + 1;

    private readonly record struct Level(LevelKind Kind, string Prefix, string Suffix, int Placeholder)
    {
        public string Filter => Kind switch
        {
            LevelKind.Literal => Prefix,
            LevelKind.Rest => "#",
            _ => "+",
        };

        public bool Matches(ReadOnlySpan<char> text) => Kind switch
        {
            LevelKind.Literal => text.SequenceEqual(Prefix),
            LevelKind.Partial => text.Length > Prefix.Length + Suffix.Length
                && text.StartsWith(Prefix, StringComparison.Ordinal) && text.EndsWith(Suffix, StringComparison.Ordinal),
            _ => true,
        };
    }
}
