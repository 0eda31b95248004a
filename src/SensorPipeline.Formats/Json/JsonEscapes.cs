using System.Globalization;
using System.Text;

namespace SensorPipeline.Formats.Json;

/// <summary>The escapes of JSON texts.</summary>
internal static class JsonEscapes
{
    /// <summary>How many bytes after a backslash belong to the escape, or -1 for none that JSON knows.</summary>
    public static int LengthAt(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return -1;
        }

        if (rest[0] != 'u')
        {
            return "\"\\/bfnrt"u8.Contains(rest[0]) ? 1 : -1;
        }

        return rest.Length >= 5 && IsHex(rest[1]) && IsHex(rest[2]) && IsHex(rest[3]) && IsHex(rest[4]) ? 5 : -1;
    }

    /// <summary>Decodes a text whose escapes are valid; it never grows. A lone surrogate becomes U+FFFD.</summary>
    public static int Decode(ReadOnlySpan<byte> raw, Span<byte> text)
    {
        int length = 0;
        for (int i = 0; i < raw.Length;)
        {
            if (raw[i] != '\\')
            {
                text[length++] = raw[i++];
            }
            else if (raw[i + 1] != 'u')
            {
                text[length++] = Single(raw[i + 1]);
                i += 2;
            }
            else
            {
                char first = Unit(raw[(i + 2)..]);
                i += 6;
                Rune rune = Rune.ReplacementChar;
                if (char.IsHighSurrogate(first) && raw[i..] is [(byte)'\\', (byte)'u', ..] && Rune.TryCreate(first, Unit(raw[(i + 2)..]), out rune))
                {
                    i += 6;
                }
                else if (!Rune.TryCreate(first, out rune))
                {
                    rune = Rune.ReplacementChar;
                }

                length += rune.EncodeToUtf8(text[length..]);
            }
        }

        return length;
    }

    private static byte Single(byte letter) => letter switch
    {
        (byte)'b' => 8,
        (byte)'f' => 12,
        (byte)'n' => 10,
        (byte)'r' => 13,
        (byte)'t' => 9,
        _ => letter,
    };

    private static char Unit(ReadOnlySpan<byte> digits) => (char)ushort.Parse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static bool IsHex(byte b) => char.IsAsciiHexDigit((char)b);
}
