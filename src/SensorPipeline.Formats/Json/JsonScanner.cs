using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Formats.Json;

/// <summary>
/// Checks a whole payload against the JSON grammar (RFC 8259) and finds the wanted values in the same pass. It accepts exactly what
/// <see cref="System.Text.Json.Utf8JsonReader"/> accepts with its default options, and reports faults as a value: a device that sends
/// rubbish at full rate must not cost an exception a message. Each method takes a position and returns the one behind what it read, or -1.
/// </summary>
internal static class JsonScanner
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 64;

    private static readonly SearchValues<byte> TextEnds = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    /// <summary>Scans a payload; false where it is no JSON text.</summary>
    public static bool TryScan(ReadOnlySpan<byte> payload, JsonNode root, JsonFindings findings)
    {
        int end = Value(payload, White(payload, 0), root, 0, findings);
        return end >= 0 && White(payload, end) == payload.Length;
    }

    private static int Value(ReadOnlySpan<byte> s, int i, JsonNode? node, int depth, JsonFindings findings)
    {
        if ((uint)i >= (uint)s.Length)
        {
            return -1;
        }

        int end;
        int start = i;
        JsonKind kind;
        byte first = s[i];
        if ((uint)(first - '0') <= 9 || first == '-')
        {
            end = Number(s, i);
            kind = JsonKind.Number;
        }
        else if (first == '"')
        {
            start++;
            end = Text(s, start, out bool escaped);
            kind = escaped ? JsonKind.EscapedText : JsonKind.Text;
        }
        else if (first is (byte)'{' or (byte)'[')
        {
            end = depth == MaxDepth ? -1 : first == '{' ? Object(s, i + 1, node, depth, findings) : Items(s, i + 1, node, depth, findings);
            kind = first == '{' ? JsonKind.Object : JsonKind.Array;
        }
        else
        {
            end = Word(s, i, out kind);
        }

        if (node is not null && end >= 0)
        {
            int length = end - start - (first == '"' ? 1 : 0);
            findings.Add(node, new JsonToken(kind, start, length), s);
        }

        return end;
    }

    private static int Object(ReadOnlySpan<byte> s, int i, JsonNode? node, int depth, JsonFindings findings)
    {
        i = White(s, i);
        if ((uint)i < (uint)s.Length && s[i] == '}')
        {
            return i + 1;
        }

        while (true)
        {
            if ((uint)i >= (uint)s.Length || s[i] != '"')
            {
                return -1;
            }

            int start = i + 1;
            i = Text(s, start, out bool escaped);
            if (i < 0)
            {
                return -1;
            }

            JsonNode? member = null;
            if (node is not null)
            {
                member = Member(node, s[start..(i - 1)], start, escaped, depth, findings);
            }

            i = White(s, i);
            if ((uint)i >= (uint)s.Length || s[i] != ':')
            {
                return -1;
            }

            i = Value(s, White(s, i + 1), member, depth + 1, findings);
            if (i < 0)
            {
                return -1;
            }

            i = White(s, i);
            if ((uint)i >= (uint)s.Length)
            {
                return -1;
            }

            if (s[i] != ',')
            {
                return s[i] == '}' ? i + 1 : -1;
            }

            i = White(s, i + 1);
        }
    }

    private static JsonNode? Member(JsonNode node, ReadOnlySpan<byte> name, int start, bool escaped, int depth, JsonFindings findings)
    {
        if (escaped)
        {
            return node.Member(findings.EnterEscaped(depth, name));
        }

        JsonNode? member = node.Member(name);
        if (member is not null)
        {
            findings.Enter(depth, start, name.Length);
        }

        return member;
    }

    private static int Items(ReadOnlySpan<byte> s, int i, JsonNode? node, int depth, JsonFindings findings)
    {
        i = White(s, i);
        if ((uint)i < (uint)s.Length && s[i] == ']')
        {
            return i + 1;
        }

        for (int index = 0; ; index++)
        {
            JsonNode? item = node?.Item(index);
            if (item is not null)
            {
                findings.EnterItem(depth, index);
            }

            i = Value(s, i, item, depth + 1, findings);
            if (i < 0)
            {
                return -1;
            }

            i = White(s, i);
            if ((uint)i >= (uint)s.Length)
            {
                return -1;
            }

            if (s[i] != ',')
            {
                return s[i] == ']' ? i + 1 : -1;
            }

            i = White(s, i + 1);
        }
    }

    private static int Text(ReadOnlySpan<byte> s, int i, out bool escaped)
    {
        escaped = false;
        if (i <= s.Length - Vector128<byte>.Count)
        {
            // Nearly every text ends within the first block.
            i += EndWithin(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(s), (nuint)i));
        }

        return (uint)i < (uint)s.Length && s[i] == '"' ? i + 1 : LongText(s, i, ref escaped);
    }

    /// <summary>How far it is to the first quote, backslash or control character of a block; its length where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndWithin(Vector128<byte> block)
    {
        Vector128<byte> ends = Vector128.Equals(block, Vector128.Create((byte)'"'))
            | Vector128.Equals(block, Vector128.Create((byte)'\\'))
            | Vector128.Equals(Vector128.Min(block, Vector128.Create((byte)0x1F)), block);
        return BitOperations.TrailingZeroCount(ends.ExtractMostSignificantBits() | (1u << Vector128<byte>.Count));
    }

    private static int LongText(ReadOnlySpan<byte> s, int i, ref bool escaped)
    {
        while (true)
        {
            int length = s[i..].IndexOfAny(TextEnds);
            if (length < 0)
            {
                return -1;
            }

            i += length;
            if (s[i] == '"')
            {
                return i + 1;
            }

            int escape = s[i] == '\\' ? JsonEscapes.LengthAt(s[(i + 1)..]) : -1;
            if (escape < 0)
            {
                return -1;
            }

            escaped = true;
            i += 1 + escape;
        }
    }

    private static int Number(ReadOnlySpan<byte> s, int i)
    {
        if (s[i] == '-')
        {
            i++;
        }

        if ((uint)i >= (uint)s.Length)
        {
            return -1;
        }

        int end = s[i] == '0' ? i + 1 : Digits(s, i);
        if (end >= 0 && end < s.Length && s[end] == '.')
        {
            end = Digits(s, end + 1);
        }

        if (end >= 0 && end < s.Length && (s[end] | 0x20) == 'e')
        {
            end++;
            end = Digits(s, end < s.Length && s[end] is (byte)'+' or (byte)'-' ? end + 1 : end);
        }

        return end;
    }

    private static int Digits(ReadOnlySpan<byte> s, int i)
    {
        int start = i;
        while ((uint)i < (uint)s.Length && (uint)(s[i] - '0') <= 9)
        {
            i++;
        }

        return i > start ? i : -1;
    }

    private static int Word(ReadOnlySpan<byte> s, int i, out JsonKind kind)
    {
        ReadOnlySpan<byte> rest = s[i..];
        kind = rest[0] switch
        {
            (byte)'t' => JsonKind.True,
            (byte)'f' => JsonKind.False,
            (byte)'n' => JsonKind.Null,
            _ => JsonKind.None,
        };
        ReadOnlySpan<byte> word = kind switch
        {
            JsonKind.True => "true"u8,
            JsonKind.False => "false"u8,
            _ => "null"u8,
        };
        return kind != JsonKind.None && rest.StartsWith(word) ? i + word.Length : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int White(ReadOnlySpan<byte> s, int i) => (uint)i < (uint)s.Length && s[i] > ' ' ? i : SomeWhite(s, i);

    private static int SomeWhite(ReadOnlySpan<byte> s, int i)
    {
        while ((uint)i < (uint)s.Length && s[i] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            i++;
        }

        return i;
    }
}
