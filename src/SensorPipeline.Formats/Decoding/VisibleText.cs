using System.Globalization;
using System.Text;

namespace SensorPipeline.Formats.Decoding;

/// <summary>
/// Text that a device chose, fit for a log or a terminal: short, on one line, and a dot for whatever cannot be seen or would be obeyed
/// (control characters, invisible ones, what is no UTF-8).
/// </summary>
public static class VisibleText
{
    /// <summary>The text, cut after so many bytes.</summary>
    public static string Of(ReadOnlySpan<byte> utf8, int longest)
    {
        var text = new StringBuilder(Math.Min(utf8.Length, longest) + 1);
        ReadOnlySpan<byte> rest = utf8[..Math.Min(utf8.Length, longest)];
        while (!rest.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            text.Append(valid && IsShown(rune) ? rune.ToString() : ".");
            rest = rest[consumed..];
        }

        return text.Append(utf8.Length > longest ? "…" : "").ToString();
    }

    /// <summary>The text, cut after so many bytes of UTF-8.</summary>
    public static string Of(string text, int longest) => Of(Encoding.UTF8.GetBytes(text), longest);

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
