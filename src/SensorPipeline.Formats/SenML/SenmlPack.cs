using SensorPipeline.Formats.Numbers;
using SensorPipeline.Formats.Records;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.SenML;

/// <summary>The labels of a SenML record. The values are those of CBOR, but for <see cref="Other"/>.</summary>
internal enum SenmlLabel
{
    BaseVersion = -1,
    BaseName = -2,
    BaseTime = -3,
    BaseUnit = -4,
    BaseValue = -5,
    BaseSum = -6,
    Name = 0,
    Unit = 1,
    Value = 2,
    TextValue = 3,
    BooleanValue = 4,
    Sum = 5,
    Time = 6,
    UpdateTime = 7,
    DataValue = 8,

    /// <summary>A label that is not known and may be ignored.</summary>
    Other = int.MaxValue,
}

/// <summary>
/// Resolves the records of a SenML pack (RFC 8428): base fields hold until they are replaced, names and times and values are added to
/// them. A time below 2^28 seconds counts from now, any other from 1970.
/// </summary>
internal sealed class SenmlPack
{
    private const int NewestVersion = 10;
    private const long RelativeBelow = 1L << 28;

    private readonly Buffer<byte> baseName = new();
    private readonly Buffer<byte> name = new();
    private readonly Buffer<byte> text = new();
    private long baseTime;
    private double baseValue;
    private long time;
    private double value;
    private int values;
    private bool hasNumber;
    private bool hasText;

    /// <summary>The resolved records.</summary>
    public RecordList Records { get; } = new();

    /// <summary>Begins a pack.</summary>
    public void Begin()
    {
        Records.Clear();
        baseName.Clear();
        baseTime = 0;
        baseValue = 0;
    }

    /// <summary>Begins a record.</summary>
    public void BeginRecord()
    {
        name.Clear();
        text.Clear();
        time = 0;
        value = 0;
        values = 0;
        hasNumber = false;
        hasText = false;
    }

    /// <summary>The label of a JSON record, or null for one that must not be ignored.</summary>
    public static SenmlLabel? LabelOf(ReadOnlySpan<byte> label) => label switch
    {
        _ when label.SequenceEqual("n"u8) => SenmlLabel.Name,
        _ when label.SequenceEqual("v"u8) => SenmlLabel.Value,
        _ when label.SequenceEqual("t"u8) => SenmlLabel.Time,
        _ when label.SequenceEqual("u"u8) => SenmlLabel.Unit,
        _ when label.SequenceEqual("bn"u8) => SenmlLabel.BaseName,
        _ when label.SequenceEqual("bt"u8) => SenmlLabel.BaseTime,
        _ when label.SequenceEqual("bu"u8) => SenmlLabel.BaseUnit,
        _ when label.SequenceEqual("bv"u8) => SenmlLabel.BaseValue,
        _ when label.SequenceEqual("bs"u8) => SenmlLabel.BaseSum,
        _ when label.SequenceEqual("bver"u8) => SenmlLabel.BaseVersion,
        _ when label.SequenceEqual("vs"u8) => SenmlLabel.TextValue,
        _ when label.SequenceEqual("vb"u8) => SenmlLabel.BooleanValue,
        _ when label.SequenceEqual("vd"u8) => SenmlLabel.DataValue,
        _ when label.SequenceEqual("s"u8) => SenmlLabel.Sum,
        _ when label.SequenceEqual("ut"u8) => SenmlLabel.UpdateTime,
        [.., (byte)'_'] => null,
        _ => SenmlLabel.Other,
    };

    /// <summary>Takes a number as written; false where its label takes none.</summary>
    public bool TakeNumber(SenmlLabel label, ReadOnlySpan<byte> written)
    {
        if (label is SenmlLabel.Time or SenmlLabel.BaseTime)
        {
            return DecimalText.TryParse(written, out DecimalText number) && number.TryScale(7, out long ticks) && TakeTime(label, ticks);
        }

        return DecimalText.TryParse(written, out double parsed) && TakeNumber(label, parsed);
    }

    /// <summary>Takes a number that is not a time.</summary>
    public bool TakeNumber(SenmlLabel label, double number)
    {
        switch (label)
        {
            case SenmlLabel.Value:
                value = number;
                hasNumber = true;
                values++;
                return true;
            case SenmlLabel.BaseValue:
                baseValue = number;
                return true;
            case SenmlLabel.BaseVersion:
                return number is > 0 and <= NewestVersion;
            default:
                return label is SenmlLabel.Sum or SenmlLabel.BaseSum or SenmlLabel.UpdateTime or SenmlLabel.Other;
        }
    }

    /// <summary>Takes a time in ticks of 100 ns.</summary>
    public bool TakeTime(SenmlLabel label, long ticks)
    {
        if (label == SenmlLabel.BaseTime)
        {
            baseTime = ticks;
        }
        else
        {
            time = ticks;
        }

        return true;
    }

    /// <summary>Takes a text without escapes; false where its label takes none.</summary>
    public bool TakeText(SenmlLabel label, ReadOnlySpan<byte> written)
    {
        switch (label)
        {
            case SenmlLabel.BaseName:
                baseName.Clear();
                baseName.AddRange(written);
                return true;
            case SenmlLabel.Name:
                name.Clear();
                name.AddRange(written);
                return true;
            case SenmlLabel.TextValue:
                text.Clear();
                text.AddRange(written);
                hasText = true;
                values++;
                return true;
            case SenmlLabel.DataValue:
                values++;
                return true;
            default:
                return label is SenmlLabel.BaseUnit or SenmlLabel.Unit or SenmlLabel.Other;
        }
    }

    /// <summary>Takes true or false; false where its label takes none.</summary>
    public bool TakeBoolean(SenmlLabel label, bool written)
    {
        if (label != SenmlLabel.BooleanValue)
        {
            return label == SenmlLabel.Other;
        }

        text.Clear();
        text.AddRange(written ? "true"u8 : "false"u8);
        hasText = true;
        values++;
        return true;
    }

    /// <summary>Ends a record; false where it breaks the rules. A record of base fields alone is allowed.</summary>
    public bool EndRecord(EventTime now)
    {
        if (values == 0)
        {
            return true;
        }

        EventTime resolved = Resolve(baseTime + time, now);
        Records.BeginName().AppendName(baseName.Items).AppendName(name.Items);
        if (values > 1 || baseName.Count + name.Count == 0 || !resolved.IsSome)
        {
            return false;
        }

        if (hasNumber)
        {
            Records.Add(baseValue + value, resolved);
        }
        else if (hasText)
        {
            Records.AddText(text.Items, resolved);
        }

        return true;
    }

    private static EventTime Resolve(long ticks, EventTime now)
    {
        long start = ticks < RelativeBelow * TimeSpan.TicksPerSecond ? now.Ticks : DateTime.UnixEpoch.Ticks;
        var resolved = new EventTime(start + ticks);
        return resolved.Ticks >= 0 && resolved <= EventTime.MaxValue ? resolved : EventTime.None;
    }
}
