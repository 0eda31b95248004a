using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Turns recordings into the inputs that a live service would have logged: readings in the order of the files and their rows, each sensor
/// introduced before its first reading, arrival at event time. A row that cannot be read counts for nothing, is counted and the first few are
/// kept word for word. Reading allocates nothing per row.
/// </summary>
public sealed class ReadingSource : IDisposable
{
    private readonly IReadOnlyList<ReadingInput> inputs;
    private readonly ReadingSourceOptions options;
    private readonly SensorNames names;
    private readonly SensorLookup sensors;
    private readonly List<BadRow> badRows = [];
    private readonly Buffer<byte> timestampBytes = new();
    private readonly Buffer<TextSpan> timestamps = new();
    private readonly TimestampMemory memory = new();
    private int nextInput;
    private string inputName = "";
    private CsvReader? reader;
    private ReadingColumns? columns;
    private long finishedBytes;

    // The timestamp of the row before: rows of one instant are read once.
    private TextSpan timestamp;
    private EventTime time;

    /// <summary>Reads the inputs in order; names are added to <paramref name="names"/>, whose writer this becomes.</summary>
    public ReadingSource(IReadOnlyList<ReadingInput> inputs, SensorNames names, ReadingSourceOptions? options = null)
    {
        this.inputs = inputs;
        this.names = names;
        this.options = options ?? new ReadingSourceOptions();
        sensors = new SensorLookup(names);
    }

    /// <summary>Readings taken so far.</summary>
    public long Readings { get; private set; }

    /// <summary>Rows skipped so far.</summary>
    public long BadRowCount { get; private set; }

    /// <summary>The first rows that were skipped.</summary>
    public IReadOnlyList<BadRow> BadRows => badRows;

    /// <summary>Bytes read so far.</summary>
    public long BytesRead => finishedBytes + (reader?.BytesRead ?? 0);

    /// <summary>Bytes of all inputs; null where one of them has no length.</summary>
    public long? TotalBytes => inputs.All(input => input.Length is not null) ? inputs.Sum(input => input.Length) : null;

    /// <summary>Replaces the content of a batch by the next readings; false when there are no more.</summary>
    /// <exception cref="BadInputException">A header is unusable, or a row is bad and <see cref="ReadingSourceOptions.Strict"/> is set.</exception>
    /// <exception cref="IOException">An input cannot be read.</exception>
    public bool Read(InputBatch batch)
    {
        batch.Clear();
        timestampBytes.Clear();
        timestamps.Clear();
        timestamp = default;
        while (batch.Count < options.BatchInputs && (reader is not null || OpenNext()))
        {
            if (reader!.Read())
            {
                ReadRow(reader, columns!, batch);
            }
            else
            {
                Close();
            }
        }

        return batch.Count > 0;
    }

    /// <summary>The timestamp of an input of the batch read last, as it was given.</summary>
    public ReadOnlySpan<byte> TimestampOf(int input) => timestampBytes.Items.Slice(timestamps[input].Start, timestamps[input].Length);

    /// <summary>
    /// Writes an event time as the recordings write it, of whichever batch it was: what a row about a whole frame repeats. Returns the
    /// number of bytes, at most <see cref="TimestampStyle.MaxLength"/>.
    /// </summary>
    public int FormatTime(EventTime instant, Span<byte> text) => memory.Format(instant, text);

    /// <inheritdoc/>
    public void Dispose() => Close();

    private bool OpenNext()
    {
        if (nextInput == inputs.Count)
        {
            return false;
        }

        ReadingInput input = inputs[nextInput++];
        inputName = input.Name;
        reader = new CsvReader(input.Open(), options.MaxRecordBytes);
        string? fault = "it is empty";
        if (reader.Read())
        {
            fault = reader.Fault == CsvFault.None ? null : RowFaultText.Of(reader.Fault);
            columns = fault is null ? ReadingColumns.FromHeader(reader, options.MaxNameBytes, out fault) : null;
        }

        return fault is null ? true : throw new BadInputException(new BadRow(inputName, reader.Line, fault).ToString());
    }

    private void Close()
    {
        finishedBytes += reader?.BytesRead ?? 0;
        reader?.Dispose();
        reader = null;
    }

    private void ReadRow(CsvReader record, ReadingColumns layout, InputBatch batch)
    {
        int field = layout.Timestamp;
        RowFault fault = record.Fault != CsvFault.None ? RowFault.Malformed
            : record.FieldCount != layout.Count ? RowFault.FieldCount
            : !TryReadTimestamp(record[field]) ? RowFault.Timestamp
            : layout.IsLong ? ReadLong(record, layout, batch, out field)
            : ReadWide(record, layout, batch, out field);
        if (fault != RowFault.None)
        {
            Reject(fault, field);
        }
    }

    private bool TryReadTimestamp(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \t"u8);
        if (timestamp.Length > 0 && field.SequenceEqual(timestampBytes.Items.Slice(timestamp.Start, timestamp.Length)))
        {
            return true;
        }

        if (!TimestampText.TryParse(field, out EventTime parsed, out TimestampStyle style))
        {
            return false;
        }

        time = parsed;
        timestamp = new TextSpan(timestampBytes.Count, field.Length);
        timestampBytes.AddRange(field);
        memory.Remember(parsed, field, style);
        return true;
    }

    private RowFault ReadLong(CsvReader record, ReadingColumns layout, InputBatch batch, out int field)
    {
        field = layout.Value;
        if (!NumberText.TryParse(record[field].Trim(" \t"u8), out double value))
        {
            return RowFault.Value;
        }

        field = layout.Sensor;
        RowFault fault = Find(record[field], batch, out int sensor);
        if (fault == RowFault.None)
        {
            AddReading(batch, sensor, value);
        }

        return fault;
    }

    // A row counts as a whole or not at all.
    private RowFault ReadWide(CsvReader record, ReadingColumns layout, InputBatch batch, out int field)
    {
        for (field = 0; field < layout.Count; field++)
        {
            layout.Cells[field] = double.NaN;
            ReadOnlySpan<byte> cell = record[field].Trim(" \t"u8);
            if (field != layout.Timestamp && !cell.IsEmpty && !NumberText.TryParse(cell, out layout.Cells[field]))
            {
                return RowFault.Value;
            }
        }

        for (field = 0; field < layout.Count; field++)
        {
            ref int sensor = ref layout.SensorOfColumn[field];
            if (sensor < 0 && !double.IsNaN(layout.Cells[field]) && Find(layout.Names[field], batch, out sensor) is not RowFault.None and var fault)
            {
                return fault;
            }
        }

        for (field = 0; field < layout.Count; field++)
        {
            if (!double.IsNaN(layout.Cells[field]))
            {
                AddReading(batch, layout.SensorOfColumn[field], layout.Cells[field]);
            }
        }

        return RowFault.None;
    }

    private void AddReading(InputBatch batch, int sensor, double value)
    {
        batch.AddReading(sensor, time, time, value);
        timestamps.Add() = timestamp;
        Readings++;
    }

    private RowFault Find(ReadOnlySpan<byte> name, InputBatch batch, out int sensor)
    {
        name = name.Trim(" \t"u8);
        if (sensors.TryGet(name, out sensor))
        {
            return RowFault.None;
        }

        sensor = -1;
        if (name.IsEmpty || name.Length > options.MaxNameBytes)
        {
            return name.IsEmpty ? RowFault.EmptyName : RowFault.LongName;
        }

        if (names.Count >= options.MaxSensors)
        {
            return RowFault.TooManySensors;
        }

        if (!sensors.TryAdd(name, out sensor))
        {
            return RowFault.InvalidName;
        }

        batch.AddSensor(sensor, names[sensor], time);
        timestamps.Add() = timestamp;
        return RowFault.None;
    }

    private void Reject(RowFault fault, int field)
    {
        BadRowCount++;
        if (!options.Strict && badRows.Count >= options.KeptBadRows)
        {
            return;
        }

        var row = new BadRow(inputName, reader!.Line, RowFaultText.Of(fault, reader, columns!, field));
        badRows.Add(row);
        if (options.Strict)
        {
            throw new BadInputException(row.ToString());
        }
    }

    private readonly record struct TextSpan(int Start, int Length);
}
