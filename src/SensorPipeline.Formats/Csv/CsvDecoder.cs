using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Numbers;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Csv;

/// <summary>
/// Rows of values (RFC 4180), columns by position or by the names in the first row. An empty cell is no reading. Rows without a time
/// column are one period apart.
/// </summary>
internal sealed class CsvDecoder(SourcePlan source) : PayloadDecoder
{
    // Behind every row, so that the value is missing in each.
    private const int Nowhere = int.MaxValue;

    private readonly byte separator = (byte)(source.Csv.Separator ?? ",")[0];
    private readonly byte[][] names = [.. source.Channels.Select(channel => Encoding.UTF8.GetBytes(channel.Path))];
    private readonly byte[] timeName = Encoding.UTF8.GetBytes(source.TimeColumnName);
    private readonly int[] columns = [.. source.Channels.Select(channel => channel.Column)];
    private readonly Buffer<(int Start, int Length)> cells = new();
    private readonly Buffer<int> rows = new();
    private readonly Buffer<byte> text = new();
    private int timeColumn = source.TimeColumn;

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> payload, Route route, ReadingSink sink)
    {
        payload = payload.StartsWith("\uFEFF"u8) ? payload[3..] : payload;
        bool read = TryReadCells(payload);
        int first = source.Csv.Header ? 1 : 0;
        int count = rows.Count - first;
        bool dated = count <= 1 || source.HasPeriod || source.TimeColumn != -1;
        if (!read || count < 0 || !dated || (source.Csv.Header && !TryNameColumns()))
        {
            sink.Reject(RejectReason.Malformed);
            return;
        }

        for (int row = 0; row < count; row++)
        {
            TakeRow(Row(first + row), row, count, sink);
        }
    }

    private void TakeRow(ReadOnlySpan<(int Start, int Length)> row, int index, int count, ReadingSink sink)
    {
        EventTime time = timeColumn < 0 ? sink.Bound(source.Samples.At(sink.Arrival, index, count)) : ReadTime(row, sink);
        for (int i = 0; i < columns.Length; i++)
        {
            ChannelPlan channel = source.Channels[i];
            if (channel.IsIgnored)
            {
                continue;
            }

            ReadOnlySpan<byte> cell = columns[i] < row.Length ? Cell(row[columns[i]]) : default;
            if (cell.IsEmpty)
            {
                sink.Adjust(Adjustment.MissingValue);
                continue;
            }

            NumberKind kind = NumberText.Read(cell, out double value);
            if (kind == NumberKind.Number || channel.TryGetValue(NumberText.Trim(cell), out value))
            {
                sink.Take(channel, value, time);
            }
            else
            {
                sink.Reject(kind.Rejection(), channel);
            }
        }
    }

    private EventTime ReadTime(ReadOnlySpan<(int Start, int Length)> row, ReadingSink sink)
    {
        ReadOnlySpan<byte> cell = timeColumn < row.Length ? Cell(row[timeColumn]) : default;
        if (source.Times.TryRead(cell, out EventTime time))
        {
            return sink.Bound(time);
        }

        sink.Adjust(cell.IsEmpty ? Adjustment.MissingTime : Adjustment.UnreadableTime);
        return sink.Arrival;
    }

    private bool TryNameColumns()
    {
        for (int i = 0; i < names.Length; i++)
        {
            columns[i] = ColumnOf(names[i]);
        }

        timeColumn = source.TimeColumn == -1 ? -1 : ColumnOf(timeName);
        return timeColumn != Nowhere;
    }

    private int ColumnOf(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<(int Start, int Length)> header = Row(0);
        for (int i = 0; i < header.Length; i++)
        {
            if (NumberText.Trim(Cell(header[i])).SequenceEqual(name))
            {
                return i;
            }
        }

        return Nowhere;
    }

    private ReadOnlySpan<byte> Cell((int Start, int Length) cell) => text.Items.Slice(cell.Start, cell.Length);

    private ReadOnlySpan<(int Start, int Length)> Row(int row)
    {
        int end = row + 1 < rows.Count ? rows[row + 1] : cells.Count;
        return cells.Items[rows[row]..end];
    }

    private bool TryReadCells(ReadOnlySpan<byte> rest)
    {
        cells.Clear();
        rows.Clear();
        text.Clear();
        bool begins = true;
        while (!rest.IsEmpty || !begins)
        {
            if (begins && rest[0] is (byte)'\r' or (byte)'\n')
            {
                rest = rest[1..];
                continue;
            }

            if (begins)
            {
                rows.Add() = cells.Count;
            }

            if (!TryReadCell(ref rest))
            {
                return false;
            }

            begins = rest.IsEmpty || rest[0] != separator;
            rest = begins ? rest : rest[1..];
        }

        return true;
    }

    private bool TryReadCell(ref ReadOnlySpan<byte> rest)
    {
        int start = text.Count;
        if (rest.IsEmpty || rest[0] != '"')
        {
            int end = 0;
            while (end < rest.Length && rest[end] != separator && rest[end] is not ((byte)'\r' or (byte)'\n' or (byte)'"'))
            {
                end++;
            }

            text.AddRange(rest[..end]);
            rest = rest[end..];
            cells.Add() = (start, text.Count - start);
            return rest.IsEmpty || rest[0] != '"';
        }

        for (int i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"' && (i + 1 == rest.Length || rest[i + 1] != '"'))
            {
                rest = rest[(i + 1)..];
                cells.Add() = (start, text.Count - start);
                return rest.IsEmpty || rest[0] == separator || rest[0] is (byte)'\r' or (byte)'\n';
            }

            i += rest[i] == '"' ? 1 : 0;
            text.Add() = rest[i];
        }

        return false;
    }
}
