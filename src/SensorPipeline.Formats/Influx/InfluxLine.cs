using System.Text;
using SensorPipeline.Formats.Numbers;
using SensorPipeline.Formats.Records;
using SensorPipeline.Formats.Times;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Influx;

/// <summary>
/// One line: <c>measurement,tag=value field=1.5,other=3i 1556813561098000000</c>. A backslash escapes a comma, a space and an equals sign
/// outside of texts, a quote and a backslash inside of them; before anything else it stands for itself.
/// </summary>
internal sealed class InfluxLine(TimeReader times)
{
    private readonly Buffer<byte> word = new();
    private readonly Buffer<byte> series = new();

    /// <summary>Reads a line and its end. False where it is malformed; nothing is added for an empty line or a comment.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> rest, RecordList records, EventTime arrival)
    {
        int content = rest.IndexOfAnyExcept(" \t\r\n"u8);
        if (content < 0 || rest[content] == '#')
        {
            int end = content < 0 ? rest.Length : content + rest[content..].IndexOf((byte)'\n');
            rest = content < 0 || end < content ? default : rest[(end + 1)..];
            return true;
        }

        rest = rest[content..];
        int first = records.Count;
        return TryReadSeries(ref rest) && TryReadFields(ref rest, records) && TryReadTime(ref rest, records, first, arrival);
    }

    private bool TryReadSeries(ref ReadOnlySpan<byte> rest)
    {
        series.Clear();
        if (!TryReadWord(ref rest, ", "u8) || word.Count == 0)
        {
            return false;
        }

        series.AddRange(word.Items);
        while (Takes(ref rest, ','))
        {
            if (!TryReadWord(ref rest, "=, "u8) || word.Count == 0 || !Takes(ref rest, '=') || !TryReadWord(ref rest, "=, "u8) || word.Count == 0)
            {
                return false;
            }

            series.Add() = (byte)'/';
            series.AddRange(word.Items);
        }

        return Takes(ref rest, ' ');
    }

    private bool TryReadFields(ref ReadOnlySpan<byte> rest, RecordList records)
    {
        rest = rest.TrimStart((byte)' ');
        do
        {
            if (!TryReadWord(ref rest, "=, "u8) || word.Count == 0 || !Takes(ref rest, '='))
            {
                return false;
            }

            records.BeginName().AppendName(series.Items).AppendName("/"u8).AppendName(word.Items);
            if (!TryReadValue(ref rest, records))
            {
                return false;
            }
        }
        while (Takes(ref rest, ','));
        return true;
    }

    private bool TryReadValue(ref ReadOnlySpan<byte> rest, RecordList records)
    {
        if (Takes(ref rest, '"'))
        {
            bool closed = TryReadText(ref rest);
            records.AddText(word.Items, default);
            return closed;
        }

        int end = rest.IndexOfAny(", \r\n"u8);
        ReadOnlySpan<byte> written = end < 0 ? rest : rest[..end];
        rest = rest[written.Length..];
        if (IsBoolean(written, out bool value))
        {
            records.AddText(value ? "true"u8 : "false"u8, default);
            return true;
        }

        bool isInteger = written is [.., (byte)'i' or (byte)'u'];
        bool parsed = DecimalText.TryParse(isInteger ? written[..^1] : written, out double number);
        records.Add(number, default);
        return parsed && double.IsFinite(number) && (!isInteger || !written.ContainsAny(".eE"u8));
    }

    private bool TryReadTime(ref ReadOnlySpan<byte> rest, RecordList records, int first, EventTime arrival)
    {
        rest = rest.TrimStart((byte)' ');
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> written = (end < 0 ? rest : rest[..end]).TrimEnd(" \r"u8);
        rest = end < 0 ? default : rest[(end + 1)..];
        EventTime time = arrival;
        bool read = written.IsEmpty || times.TryRead(written, out time);
        records.SetTime(first, time);
        return read;
    }

    private bool TryReadText(ref ReadOnlySpan<byte> rest)
    {
        word.Clear();
        for (int i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                rest = rest[(i + 1)..];
                return true;
            }

            bool escapes = rest[i] == '\\' && i + 1 < rest.Length && rest[i + 1] is (byte)'"' or (byte)'\\';
            i += escapes ? 1 : 0;
            word.Add() = rest[i];
        }

        return false;
    }

    private bool TryReadWord(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> ends)
    {
        word.Clear();
        for (int i = 0; i < rest.Length; i++)
        {
            if (ends.Contains(rest[i]))
            {
                rest = rest[i..];
                return true;
            }

            if (rest[i] is (byte)'\n' or (byte)'\r')
            {
                return false;
            }

            bool escapes = rest[i] == '\\' && i + 1 < rest.Length && rest[i + 1] is (byte)',' or (byte)' ' or (byte)'=';
            i += escapes ? 1 : 0;
            word.Add() = rest[i];
        }

        return false;
    }

    private static bool Takes(ref ReadOnlySpan<byte> rest, char expected)
    {
        bool taken = !rest.IsEmpty && rest[0] == expected;
        rest = taken ? rest[1..] : rest;
        return taken;
    }

    private static bool IsBoolean(ReadOnlySpan<byte> written, out bool value)
    {
        value = written is [(byte)'t' or (byte)'T', ..];
        return written is [(byte)'t' or (byte)'T' or (byte)'f' or (byte)'F']
            || Ascii.Equals(written, value ? "true" : "false") || Ascii.Equals(written, value ? "True" : "False") || Ascii.Equals(written, value ? "TRUE" : "FALSE");
    }
}
