using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SensorPipeline.Streams.Frames;

/// <summary>
/// A pattern over sensor names, level by level: <c>{name}</c> captures one level, <c>+</c> is any one level, <c>#</c> at the end the rest.
/// Everything else is literal.
/// </summary>
public sealed class SensorPattern
{
    private readonly string[] levels;

    private SensorPattern(string[] levels) => this.levels = levels;

    /// <summary>The names in braces, in order.</summary>
    public IEnumerable<string> Captures => levels.Where(IsCapture).Select(Inner);

    /// <summary>Reads a pattern, or says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SensorPattern? pattern, [NotNullWhen(false)] out string? fault)
    {
        string[] levels = text.Split('/');
        fault = levels.Select((level, index) => FaultOf(level, index == levels.Length - 1)).FirstOrDefault(found => found is not null);
        pattern = fault is null ? new SensorPattern(levels) : null;
        return fault is null;
    }

    /// <summary>Whether a sensor's name fits, and what its captured levels are called there.</summary>
    public bool TryMatch(string sensor, Dictionary<string, string> captured)
    {
        string[] parts = sensor.Split('/');
        bool open = levels[^1] == "#";
        if (open ? parts.Length < levels.Length - 1 : parts.Length != levels.Length)
        {
            return false;
        }

        for (int i = 0; i < (open ? levels.Length - 1 : levels.Length); i++)
        {
            if (IsCapture(levels[i]))
            {
                if (!captured.TryAdd(Inner(levels[i]), parts[i]) && captured[Inner(levels[i])] != parts[i])
                {
                    return false;
                }
            }
            else if (levels[i] != "+" && levels[i] != parts[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A name with captured levels in place of their braces.</summary>
    public static string Fill(string template, IReadOnlyDictionary<string, string> captured)
    {
        var filled = new StringBuilder(template);
        foreach ((string name, string value) in captured)
        {
            filled.Replace($"{{{name}}}", value);
        }

        return filled.ToString();
    }

    private static string? FaultOf(string level, bool isLast) => level switch
    {
        "" => "has an empty level",
        "+" => null,
        "#" => isLast ? null : "has '#' before the last level",
        _ when IsCapture(level) && Inner(level).All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && level.Length > 2 => null,
        _ when level.AsSpan().ContainsAny("{}+#") => $"has the malformed level '{level}': a placeholder is a whole level",
        _ => null,
    };

    private static bool IsCapture(string level) => level.Length > 2 && level[0] == '{' && level[^1] == '}';

    private static string Inner(string level) => level[1..^1];
}
