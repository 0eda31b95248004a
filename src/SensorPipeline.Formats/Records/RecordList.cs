using SensorPipeline.Formats.Decoding;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Records;

/// <summary>The records of one payload. Reused from payload to payload.</summary>
internal sealed class RecordList
{
    private readonly Buffer<Record> records = new();
    private readonly Buffer<byte> bytes = new();
    private int nameStart;

    public void Clear()
    {
        records.Clear();
        bytes.Clear();
        nameStart = 0;
    }

    /// <summary>Begins a name; parts are appended to it. It serves all records that are added until the next one.</summary>
    public RecordList BeginName()
    {
        nameStart = bytes.Count;
        return this;
    }

    public RecordList AppendName(ReadOnlySpan<byte> part)
    {
        bytes.AddRange(part);
        return this;
    }

    /// <summary>How many records there are.</summary>
    public int Count => records.Count;

    /// <summary>Adds a record with a number.</summary>
    public void Add(double value, EventTime time) => records.Add() = new Record(nameStart, bytes.Count - nameStart, 0, -1, value, time);

    /// <summary>Adds a record with a text.</summary>
    public void AddText(ReadOnlySpan<byte> text, EventTime time)
    {
        int nameLength = bytes.Count - nameStart;
        records.Add() = new Record(nameStart, nameLength, bytes.Count, text.Length, double.NaN, time);
        bytes.AddRange(text);
    }

    /// <summary>Sets the time of the records from a position on.</summary>
    public void SetTime(int from, EventTime time)
    {
        foreach (ref Record record in records.Items[from..])
        {
            record.Time = time;
        }
    }

    /// <summary>Hands the records on, in order.</summary>
    public void TakeAll(RecordTaker taker, Route route, ReadingSink sink)
    {
        foreach (ref readonly Record record in records.Items)
        {
            ReadOnlySpan<byte> name = bytes.Items.Slice(record.NameStart, record.NameLength);
            EventTime time = sink.Bound(record.Time);
            if (record.TextLength < 0)
            {
                taker.Take(name, record.Value, time, route, sink);
            }
            else
            {
                taker.TakeText(name, bytes.Items.Slice(record.TextStart, record.TextLength), time, route, sink);
            }
        }
    }
}
