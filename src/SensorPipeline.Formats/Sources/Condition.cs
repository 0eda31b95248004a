using System.Text;
using SensorPipeline.Formats.Json;

namespace SensorPipeline.Formats.Sources;

/// <summary>A path and the text there for which payloads are read, or are not.</summary>
internal sealed class Condition(int slot, string text, bool required)
{
    private readonly byte[] expected = Encoding.UTF8.GetBytes(text);

    /// <summary>Whether a payload may be read as far as this condition goes.</summary>
    public bool Allows(JsonFindings findings, ReadOnlySpan<byte> payload)
    {
        JsonToken token = findings.Slots[slot];
        bool holds = token.Kind switch
        {
            JsonKind.None or JsonKind.Object or JsonKind.Array => false,
            JsonKind.True or JsonKind.False => Ascii.EqualsIgnoreCase(token.In(payload), expected),
            JsonKind.EscapedText => HoldsEscaped(token.In(payload)),
            _ => token.In(payload).SequenceEqual(expected),
        };
        return holds == required;
    }

    private bool HoldsEscaped(ReadOnlySpan<byte> raw)
    {
        // Six bytes of escape stand for at most three of text, so a longer one cannot be equal.
        if (raw.Length > 6 * Math.Max(1, expected.Length))
        {
            return false;
        }

        Span<byte> text = stackalloc byte[raw.Length];
        return text[..JsonEscapes.Decode(raw, text)].SequenceEqual(expected);
    }
}
