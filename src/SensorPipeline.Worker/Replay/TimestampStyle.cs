using System.Buffers.Text;

namespace SensorPipeline.Worker.Replay;

/// <summary>How a timestamp was written, so that other instants can be written alike.</summary>
public readonly record struct TimestampStyle
{
    /// <summary>No text of this style is longer, in bytes.</summary>
    public const int MaxLength = 64;

    internal enum Form : byte
    {
        Calendar,
        Date,
        UnixSeconds,
        UnixMilliseconds,
    }

    internal enum ZoneForm : byte
    {
        Absent,
        Letter,
        Offset,
    }

    internal Form Kind { get; init; }

    internal ZoneForm Zone { get; init; }

    /// <summary>The byte between date and time.</summary>
    internal byte Separator { get; init; }

    /// <summary>The byte that stands for UTC, Z or z.</summary>
    internal byte ZoneLetter { get; init; }

    /// <summary>How many digits follow the decimal point; 0 for no point.</summary>
    internal byte Decimals { get; init; }

    internal short OffsetMinutes { get; init; }

    /// <summary>Writes an instant given in ticks as <see cref="DateTime.Ticks"/>, UTC; returns the number of bytes.</summary>
    public int Format(long ticks, Span<byte> text)
    {
        if (Kind is Form.UnixSeconds or Form.UnixMilliseconds)
        {
            return FormatUnix(ticks - DateTime.UnixEpoch.Ticks, text);
        }

        var time = new DateTime(Math.Clamp(ticks + (OffsetMinutes * TimeSpan.TicksPerMinute), 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        Digits(time.Year, text[..4]);
        text[4] = (byte)'-';
        Digits(time.Month, text.Slice(5, 2));
        text[7] = (byte)'-';
        Digits(time.Day, text.Slice(8, 2));
        if (Kind == Form.Date && time.TimeOfDay == TimeSpan.Zero)
        {
            return 10;
        }

        text[10] = Kind == Form.Date ? (byte)' ' : Separator;
        Digits(time.Hour, text.Slice(11, 2));
        text[13] = (byte)':';
        Digits(time.Minute, text.Slice(14, 2));
        text[16] = (byte)':';
        Digits(time.Second, text.Slice(17, 2));
        int length = FormatDecimals(time.Ticks % TimeSpan.TicksPerSecond, 7, text, 19);
        return FormatZone(text, length);
    }

    private static void Digits(int value, Span<byte> text)
    {
        for (int i = text.Length - 1; i >= 0; i--, value /= 10)
        {
            text[i] = (byte)('0' + (value % 10));
        }
    }

    private int FormatUnix(long ticks, Span<byte> text)
    {
        (long unit, int unitDigits) = Kind == Form.UnixSeconds ? (TimeSpan.TicksPerSecond, 7) : (TimeSpan.TicksPerMillisecond, 4);
        int length = 0;
        if (ticks < 0)
        {
            text[length++] = (byte)'-';
            ticks = -ticks;
        }

        Utf8Formatter.TryFormat(ticks / unit, text[length..], out int written);
        return FormatDecimals(ticks % unit, unitDigits, text, length + written);
    }

    private int FormatDecimals(long fraction, int fractionDigits, Span<byte> text, int length)
    {
        if (Decimals == 0)
        {
            return length;
        }

        text[length] = (byte)'.';
        Span<byte> decimals = text.Slice(length + 1, Decimals);
        decimals.Fill((byte)'0');
        for (int i = fractionDigits - 1; i >= 0; i--, fraction /= 10)
        {
            if (i < decimals.Length)
            {
                decimals[i] = (byte)('0' + (fraction % 10));
            }
        }

        return length + 1 + Decimals;
    }

    private int FormatZone(Span<byte> text, int length)
    {
        if (Zone == ZoneForm.Letter)
        {
            text[length] = ZoneLetter;
            return length + 1;
        }

        if (Zone == ZoneForm.Absent)
        {
            return length;
        }

        text[length] = (byte)(OffsetMinutes < 0 ? '-' : '+');
        Digits(Math.Abs(OffsetMinutes) / 60, text.Slice(length + 1, 2));
        text[length + 3] = (byte)':';
        Digits(Math.Abs(OffsetMinutes) % 60, text.Slice(length + 4, 2));
        return length + 6;
    }
}
