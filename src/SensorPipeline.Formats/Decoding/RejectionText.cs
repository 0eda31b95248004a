using System.Globalization;
using System.Text;

namespace SensorPipeline.Formats.Decoding;

/// <summary>Words for a rejected message that are safe in a log: short, on one line, without control characters.</summary>
internal static class RejectionText
{
    private const int LongestTopic = 200;
    private const int LongestPayload = 80;

    public static string Describe(in Message message, DecodeOutcome outcome, string path)
    {
        var text = new StringBuilder(160);
        text.Append(outcome.Reason.Tag()).Append(": topic '");
        Append(text, message.Topic, LongestTopic);
        text.Append('\'');
        if (path.Length > 0)
        {
            text.Append(" path '").Append(path).Append('\'');
        }

        text.Append(CultureInfo.InvariantCulture, $" payload of {message.Payload.Length} bytes '");
        Append(text, message.Payload, LongestPayload);
        return text.Append('\'').ToString();
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> bytes, int longest)
    {
        ReadOnlySpan<byte> rest = bytes[..Math.Min(bytes.Length, longest)];
        while (!rest.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            bool shown = valid && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            text.Append(shown ? rune.ToString() : ".");
            rest = rest[consumed..];
        }

        text.Append(bytes.Length > longest ? "…" : "");
    }
}
