using System.Text;

namespace SensorPipeline.Formats.Topics;

/// <summary>
/// A sensor's name with placeholders: <c>{name}</c> of the topic template, <c>{topic}</c> for the whole topic, and <c>{0}</c>, <c>{1}</c>
/// for what the stars of a path matched. What is filled in comes from devices and is made safe first.
/// </summary>
internal sealed class NameTemplate
{
    private const int WholeTopic = -1;

    private readonly List<Part> parts = [];

    private enum PartKind
    {
        Literal,
        TopicValue,
        Key,
    }

    /// <summary>Whether the name depends on the keys that a payload holds.</summary>
    public bool UsesKeys => parts.Exists(part => part.Kind == PartKind.Key);

    /// <summary>Compiles a name; <paramref name="keys"/> is how many <c>{0}</c>, <c>{1}</c> … there are. Returns what is wrong, or null.</summary>
    public static string? TryParse(string text, IReadOnlyList<string> placeholders, int keys, out NameTemplate template)
    {
        template = new NameTemplate();
        if (text.Length == 0)
        {
            return "is empty; expected a name such as '{device}/temperature'";
        }

        int position = 0;
        while (position < text.Length)
        {
            int open = text.IndexOf('{', position);
            int end = open < 0 ? text.Length : open;
            template.parts.Add(new Part(PartKind.Literal, text[position..end], 0));
            if (open < 0)
            {
                break;
            }

            int close = text.IndexOf('}', open);
            if (close < 0)
            {
                return $"has an unclosed placeholder in '{text}'";
            }

            string name = text[(open + 1)..close].Replace("...", "", StringComparison.Ordinal);
            if (template.AddPlaceholder(name, placeholders, keys) is { } fault)
            {
                return fault;
            }

            position = close + 1;
        }

        // Literal text is safe when the name is with a harmless letter in each placeholder.
        string sample = string.Concat(template.parts.Select(part => part.Kind == PartKind.Literal ? part.Text : "x"));
        return sample.Contains('}', StringComparison.Ordinal) ? $"has a '}}' without '{{' in '{text}'"
            : SafeName.IsSafe(sample) ? null
            : $"'{text}' is no safe name: no level may be empty, '.' or '..', begin with '$', or hold '+', '#' or control characters";
    }

    /// <summary>Fills in the placeholders.</summary>
    public string Render(string topic, string[] values, ReadOnlySpan<string> keys)
    {
        var name = new StringBuilder();
        foreach (Part part in parts)
        {
            name.Append(part.Kind switch
            {
                PartKind.Literal => part.Text,
                PartKind.Key => SafeName.Levels(keys[part.Index]),
                _ => SafeName.Levels(part.Index == WholeTopic ? topic : values[part.Index]),
            });
        }

        return name.ToString();
    }

    private string? AddPlaceholder(string name, IReadOnlyList<string> placeholders, int keys)
    {
        if (name == "topic" && !placeholders.Contains(name))
        {
            parts.Add(new Part(PartKind.TopicValue, "", WholeTopic));
            return null;
        }

        int index = placeholders.ToList().IndexOf(name);
        if (index >= 0)
        {
            parts.Add(new Part(PartKind.TopicValue, "", index));
            return null;
        }

        if (name.Length == 1 && char.IsAsciiDigit(name[0]) && name[0] - '0' < keys)
        {
            parts.Add(new Part(PartKind.Key, "", name[0] - '0'));
            return null;
        }

        IEnumerable<string> known = placeholders.Append("topic").Concat(Enumerable.Range(0, keys).Select(key => $"{key}"));
        return $"has the unknown placeholder '{{{name}}}'; known here: {string.Join(", ", known.Select(known => $"{{{known}}}"))}";
    }

    private readonly record struct Part(PartKind Kind, string Text, int Index);
}
