using System.Runtime.CompilerServices;
using System.Text;

namespace SensorPipeline.Formats.Numbers;

/// <summary>What a text says that should be a number.</summary>
internal enum NumberKind : byte
{
    /// <summary>A number, perhaps infinite by its size.</summary>
    Number,

    /// <summary>One of the spellings of NaN and infinity.</summary>
    NotFinite,

    /// <summary>No value: empty, <c>unavailable</c>, <c>unknown</c>, <c>null</c>, <c>none</c>.</summary>
    None,

    /// <summary>Anything else.</summary>
    Text,
}

/// <summary>Reads a number that a person or a device wrote as text; a point is the only decimal separator.</summary>
internal static class NumberText
{
    private static readonly string[] NotFinite = ["nan", "inf", "infinity"];
    private static readonly string[] None = ["unavailable", "unknown", "null", "none"];

    /// <summary>Reads the whole text, but for white space around it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NumberKind Read(ReadOnlySpan<byte> text, out double value) =>
        DecimalText.TryParse(text, out value) ? NumberKind.Number : ReadUnusual(text, out value);

    /// <summary>The text without a byte order mark, white space and ending zero bytes around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] is > (byte)' ' and < 0x80 && text[^1] > ' ')
        {
            return text;
        }

        text = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        return text.Trim(" \t\r\n\0"u8);
    }

    private static NumberKind ReadUnusual(ReadOnlySpan<byte> text, out double value)
    {
        ReadOnlySpan<byte> trimmed = Trim(text);
        if (trimmed.Length < text.Length && DecimalText.TryParse(trimmed, out value))
        {
            return NumberKind.Number;
        }

        value = double.NaN;
        ReadOnlySpan<byte> unsigned = trimmed.Length > 1 && trimmed[0] is (byte)'+' or (byte)'-' ? trimmed[1..] : trimmed;
        return trimmed.IsEmpty || IsOneOf(trimmed, None) ? NumberKind.None
            : IsOneOf(unsigned, NotFinite) ? NumberKind.NotFinite
            : NumberKind.Text;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> text, string[] words)
    {
        foreach (string word in words)
        {
            if (Ascii.EqualsIgnoreCase(text, word))
            {
                return true;
            }
        }

        return false;
    }
}
