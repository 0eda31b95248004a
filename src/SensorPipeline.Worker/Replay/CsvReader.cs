using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Reads RFC 4180 records from a stream of UTF-8 bytes, without allocating per record. Lines end with LF or CRLF; empty lines are no
/// records; a leading byte-order mark is skipped. A record with a <see cref="Fault"/> has no fields, and reading resumes at the line
/// after the one it began on, so one stray quote costs one line.
/// </summary>
public sealed class CsvReader : IDisposable
{
    /// <summary>The most fields a record can have.</summary>
    public const int MaxFields = 100_001;

    private const byte Quote = (byte)'"';
    private const byte Comma = (byte)',';
    private const byte NewLine = (byte)'\n';
    private const int FirstBufferBytes = 256 * 1024;

    private readonly Stream stream;
    private readonly int maxRecordBytes;
    private byte[] buffer;
    private byte[] unquoted = [];
    private byte[] text = [];
    private FieldSpan[] fields = new FieldSpan[64];
    private int position;
    private int end;
    private bool ended;
    private long nextLine = 1;

    /// <summary>Reads a stream, which is disposed of with the reader.</summary>
    public CsvReader(Stream stream, int maxRecordBytes)
    {
        this.stream = stream;
        this.maxRecordBytes = maxRecordBytes;
        buffer = new byte[Math.Min(FirstBufferBytes, maxRecordBytes)];
        SkipByteOrderMark();
    }

    /// <summary>The line the current record begins on, counted from 1.</summary>
    public long Line { get; private set; }

    /// <summary>What is wrong with the current record.</summary>
    public CsvFault Fault { get; private set; }

    /// <summary>How many fields the current record has.</summary>
    public int FieldCount { get; private set; }

    /// <summary>How many bytes have been taken from the stream.</summary>
    public long BytesRead { get; private set; }

    /// <summary>A field of the current record, without its quotes; valid until the next record is read.</summary>
    public ReadOnlySpan<byte> this[int field] => text.AsSpan(fields[field].Start, fields[field].Length);

    /// <summary>Moves to the next record; false at the end of the stream.</summary>
    public bool Read()
    {
        while (true)
        {
            FieldCount = 0;
            Fault = CsvFault.None;
            Line = nextLine;
            int length = FindRecord(out int quotes, out int lines);
            if (length < 0)
            {
                return false;
            }

            if (Fault != CsvFault.None)
            {
                SkipLine();
                return true;
            }

            if (Take(length, quotes, lines))
            {
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private bool Take(int length, int quotes, int lines)
    {
        int stop = position + length;
        int contentEnd = stop > position && buffer[stop - 1] == (byte)'\r' ? stop - 1 : stop;
        if (contentEnd > position)
        {
            text = buffer;
            Fault = quotes == 0 ? Split(position, contentEnd) : SplitQuoted(position, contentEnd);
            if (Fault != CsvFault.None)
            {
                FieldCount = 0;
                SkipLine();
                return true;
            }
        }

        nextLine += lines;
        bool isRecord = contentEnd > position;
        position = Math.Min(stop + 1, end);
        return isRecord;
    }

    // A record ends at the first line break behind an even number of quotes. Returns the length up to that break or the end of the
    // stream, or -1 when nothing is left.
    private int FindRecord(out int quotes, out int lines)
    {
        int scanned = 0;
        quotes = 0;
        lines = 1;
        while (true)
        {
            int found = buffer.AsSpan(position + scanned, end - position - scanned).IndexOfAny(NewLine, Quote);
            if (found >= 0)
            {
                scanned += found + 1;
                if (buffer[position + scanned - 1] == Quote)
                {
                    quotes++;
                }
                else if ((quotes & 1) == 0)
                {
                    return scanned - 1;
                }
                else
                {
                    lines++;
                }

                continue;
            }

            scanned = end - position;
            if (scanned >= maxRecordBytes)
            {
                Fault = CsvFault.TooLong;
                return scanned;
            }

            if (!Fill())
            {
                Fault = (quotes & 1) == 0 ? CsvFault.None : CsvFault.UnclosedQuote;
                return scanned == 0 ? -1 : scanned;
            }
        }
    }

    private void SkipLine()
    {
        nextLine++;
        while (true)
        {
            int newLine = buffer.AsSpan(position, end - position).IndexOf(NewLine);
            if (newLine >= 0)
            {
                position += newLine + 1;
                return;
            }

            position = end;
            if (!Fill())
            {
                return;
            }
        }
    }

    private CsvFault Split(int start, int stop)
    {
        int fieldStart = start;
        int i = start;
        ref byte origin = ref MemoryMarshal.GetArrayDataReference(buffer);
        for (; i + Vector128<byte>.Count <= stop; i += Vector128<byte>.Count)
        {
            uint commas = Vector128.Equals(Vector128.LoadUnsafe(ref origin, (nuint)i), Vector128.Create(Comma)).ExtractMostSignificantBits();
            for (; commas != 0; commas &= commas - 1)
            {
                int comma = i + int.TrailingZeroCount((int)commas);
                AddField(fieldStart, comma - fieldStart);
                fieldStart = comma + 1;
            }
        }

        for (; i < stop; i++)
        {
            if (buffer[i] == Comma)
            {
                AddField(fieldStart, i - fieldStart);
                fieldStart = i + 1;
            }
        }

        AddField(fieldStart, stop - fieldStart);
        return FieldCount > MaxFields ? CsvFault.TooManyFields : CsvFault.None;
    }

    // Copies the fields without their quotes, one behind the other.
    private CsvFault SplitQuoted(int start, int stop)
    {
        if (unquoted.Length < stop - start)
        {
            unquoted = new byte[Math.Max(stop - start, unquoted.Length * 2)];
        }

        int written = 0;
        for (int i = start; ; i++)
        {
            int fieldStart = written;
            CsvFault fault = i < stop && buffer[i] == Quote ? CopyQuoted(ref i, stop, ref written) : CopyPlain(ref i, stop, ref written);
            if (fault != CsvFault.None)
            {
                return fault;
            }

            AddField(fieldStart, written - fieldStart);
            if (i >= stop)
            {
                text = unquoted;
                return FieldCount > MaxFields ? CsvFault.TooManyFields : CsvFault.None;
            }
        }
    }

    private CsvFault CopyPlain(ref int i, int stop, ref int written)
    {
        for (; i < stop && buffer[i] != Comma; i++)
        {
            if (buffer[i] == Quote)
            {
                return CsvFault.StrayQuote;
            }

            unquoted[written++] = buffer[i];
        }

        return CsvFault.None;
    }

    private CsvFault CopyQuoted(ref int i, int stop, ref int written)
    {
        for (i++; i < stop; i++)
        {
            if (buffer[i] == Quote)
            {
                i++;
                if (i >= stop || buffer[i] == Comma)
                {
                    return CsvFault.None;
                }

                if (buffer[i] != Quote)
                {
                    return CsvFault.StrayQuote;
                }
            }

            unquoted[written++] = buffer[i];
        }

        return CsvFault.UnclosedQuote;
    }

    private void AddField(int start, int length)
    {
        // One above the limit is enough to know that there are too many.
        if (FieldCount > MaxFields)
        {
            return;
        }

        if (FieldCount == fields.Length)
        {
            Array.Resize(ref fields, fields.Length * 2);
        }

        fields[FieldCount++] = new FieldSpan(start, length);
    }

    // Brings more bytes behind the current record; false at the end of the stream.
    private bool Fill()
    {
        if (ended)
        {
            return false;
        }

        if (position > 0)
        {
            buffer.AsSpan(position, end - position).CopyTo(buffer);
            end -= position;
            position = 0;
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, (int)Math.Min((long)buffer.Length * 2, maxRecordBytes));
        }

        int read = stream.Read(buffer, end, buffer.Length - end);
        ended = read == 0;
        end += read;
        BytesRead += read;
        return !ended;
    }

    private void SkipByteOrderMark()
    {
        while (end < 3 && Fill())
        {
        }

        if (buffer.AsSpan(0, end).StartsWith("\uFEFF"u8))
        {
            position = 3;
        }
    }

    private readonly record struct FieldSpan(int Start, int Length);
}
