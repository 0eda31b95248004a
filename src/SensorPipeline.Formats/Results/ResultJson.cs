using System.Globalization;
using System.Text;
using System.Text.Unicode;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Results;

/// <summary>
/// Appends JSON as results are written: members in the order they are added, shortest round-trip numbers, a number that is not finite left
/// out, times as RFC 3339 UTC with milliseconds. The memory is reused from one text to the next.
/// </summary>
internal sealed class ResultJson
{
    private const int LongestNumber = 32;

    private readonly Buffer<byte> text = new();
    private bool needsComma;

    /// <summary>The text so far; valid until the next one is begun.</summary>
    public ReadOnlySpan<byte> Written => text.Items;

    /// <summary>Forgets the last text.</summary>
    public ResultJson Clear()
    {
        text.Clear();
        needsComma = false;
        return this;
    }

    public void BeginObject() => Open((byte)'{');

    public void BeginObject(ReadOnlySpan<byte> name)
    {
        Name(name);
        needsComma = false;
        Open((byte)'{');
    }

    /// <summary>An object named by a text that may need escapes.</summary>
    public void BeginObject(string name)
    {
        Comma();
        Quote(name);
        text.Add() = (byte)':';
        Open((byte)'{');
    }

    public void EndObject() => Close((byte)'}');

    public void BeginArray(ReadOnlySpan<byte> name)
    {
        Name(name);
        needsComma = false;
        Open((byte)'[');
    }

    public void BeginArray() => Open((byte)'[');

    public void EndArray() => Close((byte)']');

    public void Number(ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
        {
            Name(name);
            Append(value);
        }
    }

    public void Number(ReadOnlySpan<byte> name, long value)
    {
        Name(name);
        Append(value);
    }

    public void Flag(ReadOnlySpan<byte> name, bool value)
    {
        Name(name);
        text.AddRange(value ? "true"u8 : "false"u8);
    }

    /// <summary>A text; left out where there is none.</summary>
    public void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            Name(name);
            Quote(value);
        }
    }

    /// <summary>A text of letters, digits and signs that need no escape.</summary>
    public void Word(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Name(name);
        text.Add() = (byte)'"';
        text.AddRange(value);
        text.Add() = (byte)'"';
    }

    public void Time(ReadOnlySpan<byte> name, EventTime value)
    {
        if (value.IsSome)
        {
            Name(name);
            Quote(new DateTime(Math.Clamp(value.Ticks, 0, EventTime.MaxValue.Ticks), DateTimeKind.Utc));
        }
    }

    /// <summary>Numbers in an array; one that is not finite becomes null, since places matter.</summary>
    public void Numbers(ReadOnlySpan<byte> name, ReadOnlySpan<double> values)
    {
        Name(name);
        needsComma = false;
        Numbers(values);
    }

    /// <summary>An array of numbers as an item of an array.</summary>
    public void Numbers(ReadOnlySpan<double> values)
    {
        BeginArray();
        foreach (double value in values)
        {
            Comma();
            if (double.IsFinite(value))
            {
                Append(value);
            }
            else
            {
                text.AddRange("null"u8);
            }

            needsComma = true;
        }

        EndArray();
    }

    public void Integers(ReadOnlySpan<byte> name, ReadOnlySpan<int> values)
    {
        BeginArray(name);
        foreach (int value in values)
        {
            Comma();
            Append((long)value);
            needsComma = true;
        }

        EndArray();
    }

    public void Texts(ReadOnlySpan<byte> name, ReadOnlySpan<string> values)
    {
        BeginArray(name);
        foreach (string value in values)
        {
            Comma();
            Quote(value);
            needsComma = true;
        }

        EndArray();
    }

    private void Open(byte bracket)
    {
        Comma();
        text.Add() = bracket;
        needsComma = false;
    }

    private void Close(byte bracket)
    {
        text.Add() = bracket;
        needsComma = true;
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        Comma();
        text.Add() = (byte)'"';
        text.AddRange(name);
        text.AddRange("\":"u8);
        needsComma = true;
    }

    private void Comma()
    {
        if (needsComma)
        {
            text.Add() = (byte)',';
        }

        needsComma = false;
    }

    private void Append(double value)
    {
        Span<byte> written = stackalloc byte[LongestNumber];
        value.TryFormat(written, out int length, default, CultureInfo.InvariantCulture);
        text.AddRange(written[..length]);
    }

    private void Append(long value)
    {
        Span<byte> written = stackalloc byte[LongestNumber];
        value.TryFormat(written, out int length, default, CultureInfo.InvariantCulture);
        text.AddRange(written[..length]);
    }

    private void Quote(string value)
    {
        text.Add() = (byte)'"';
        ReadOnlySpan<char> rest = value;
        while (!rest.IsEmpty)
        {
            int plain = rest.IndexOfAnyExceptInRange(' ', '~') is >= 0 and int end ? end : rest.Length;
            plain = rest[..plain].IndexOfAny('"', '\\') is >= 0 and int escape ? escape : plain;
            Encoding.UTF8.GetBytes(rest[..plain], text.AddSpan(plain));
            rest = rest[plain..];
            if (!rest.IsEmpty)
            {
                Rune.DecodeFromUtf16(rest, out Rune rune, out int consumed);
                Escape(rune);
                rest = rest[consumed..];
            }
        }

        text.Add() = (byte)'"';
    }

    // A custom format string would allocate, hence digit by digit.
    private void Quote(DateTime time)
    {
        Span<byte> written = text.AddSpan(26);
        "\"0000-00-00T00:00:00.000Z\""u8.CopyTo(written);
        Digits(written[1..5], time.Year);
        Digits(written[6..8], time.Month);
        Digits(written[9..11], time.Day);
        Digits(written[12..14], time.Hour);
        Digits(written[15..17], time.Minute);
        Digits(written[18..20], time.Second);
        Digits(written[21..24], time.Millisecond);
    }

    private static void Digits(Span<byte> place, int value)
    {
        for (int i = place.Length - 1; i >= 0; i--, value /= 10)
        {
            place[i] = (byte)('0' + (value % 10));
        }
    }

    private void Escape(Rune rune)
    {
        if (rune.Value is '"' or '\\')
        {
            text.Add() = (byte)'\\';
            text.Add() = (byte)rune.Value;
        }
        else if (rune.Value is < 0x20 or 0x7F)
        {
            Span<byte> written = text.AddSpan(6);
            Utf8.TryWrite(written, CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}", out _);
        }
        else
        {
            rune.EncodeToUtf8(text.AddSpan(rune.Utf8SequenceLength));
        }
    }
}
