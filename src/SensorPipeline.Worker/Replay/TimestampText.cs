using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Replay;

/// <summary>
/// Reads the timestamps of recorded readings: RFC 3339; <c>yyyy-MM-dd HH:mm:ss</c> with or without decimals, or a bare date, in UTC
/// where no zone is named; Unix seconds or milliseconds, with or without decimals, told apart by magnitude: 1e11 seconds are in the
/// year 5138, 1e11 milliseconds in 1973. Digits below 100 ns are dropped.
/// </summary>
public static class TimestampText
{
    private const long FirstMilliseconds = 100_000_000_000;
    private const int MaxDecimals = 32;

    /// <summary>Reads a timestamp that fills the text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out EventTime time, out TimestampStyle style)
    {
        bool isCalendar = text.Length >= 10 && text[4] == (byte)'-' && text[7] == (byte)'-';
        long ticks;
        bool parsed = isCalendar ? TryParseCalendar(text, out ticks, out style) : TryParseUnix(text, out ticks, out style);
        time = new EventTime(ticks);
        return parsed && ticks >= 0 && time <= EventTime.MaxValue;
    }

    private static bool TryParseCalendar(ReadOnlySpan<byte> text, out long ticks, out TimestampStyle style)
    {
        ticks = 0;
        style = default;
        bool isDate = TryDigits(text[..4], out int year) & TryDigits(text.Slice(5, 2), out int month) & TryDigits(text.Slice(8, 2), out int day);
        if (!isDate || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks;
        if (text.Length == 10)
        {
            style = new TimestampStyle { Kind = TimestampStyle.Form.Date };
            return true;
        }

        return TryParseTime(text, ref ticks, out int rest, out int decimals)
            && TryParseZone(text[rest..], ref ticks, new TimestampStyle { Separator = text[10], Decimals = (byte)decimals }, out style);
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, ref long ticks, out int rest, out int decimals)
    {
        rest = 19;
        decimals = 0;
        if (text.Length < 19 || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != (byte)':' || text[16] != (byte)':')
        {
            return false;
        }

        // A leap second is the first instant of the next minute.
        bool isTime = TryDigits(text.Slice(11, 2), out int hour) & TryDigits(text.Slice(14, 2), out int minute) & TryDigits(text.Slice(17, 2), out int second);
        if (!isTime || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        ticks += ((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond;
        if (!TryParseDecimals(text, ref rest, 7, out long fraction, out decimals))
        {
            return false;
        }

        ticks += fraction;
        return true;
    }

    private static bool TryParseZone(ReadOnlySpan<byte> zone, ref long ticks, TimestampStyle unzoned, out TimestampStyle style)
    {
        style = unzoned;
        if (zone.IsEmpty)
        {
            return true;
        }

        if (zone.Length == 1 && zone[0] is (byte)'Z' or (byte)'z')
        {
            style = unzoned with { Zone = TimestampStyle.ZoneForm.Letter, ZoneLetter = zone[0] };
            return true;
        }

        if (zone.Length != 6 || zone[0] is not ((byte)'+' or (byte)'-') || zone[3] != (byte)':')
        {
            return false;
        }

        bool isOffset = TryDigits(zone.Slice(1, 2), out int hours) & TryDigits(zone.Slice(4, 2), out int minutes);
        if (!isOffset || hours > 23 || minutes > 59)
        {
            return false;
        }

        int offset = ((hours * 60) + minutes) * (zone[0] == (byte)'-' ? -1 : 1);
        ticks -= offset * TimeSpan.TicksPerMinute;
        style = unzoned with { Zone = TimestampStyle.ZoneForm.Offset, OffsetMinutes = (short)offset };
        return true;
    }

    private static bool TryParseUnix(ReadOnlySpan<byte> text, out long ticks, out TimestampStyle style)
    {
        ticks = 0;
        style = default;
        bool isNegative = !text.IsEmpty && text[0] == (byte)'-';
        int start = isNegative ? 1 : 0;
        int i = start;
        long whole = 0;
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
        {
            if (i - start >= 15)
            {
                return false;
            }

            whole = (whole * 10) + text[i] - '0';
        }

        bool isMilliseconds = whole >= FirstMilliseconds;
        if (i == start || !TryParseDecimals(text, ref i, isMilliseconds ? 4 : 7, out long fraction, out int decimals) || i != text.Length)
        {
            return false;
        }

        long sinceEpoch = (whole * (isMilliseconds ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerSecond)) + fraction;
        ticks = DateTime.UnixEpoch.Ticks + (isNegative ? -sinceEpoch : sinceEpoch);
        style = new TimestampStyle
        {
            Kind = isMilliseconds ? TimestampStyle.Form.UnixMilliseconds : TimestampStyle.Form.UnixSeconds,
            Decimals = (byte)decimals,
        };
        return true;
    }

    // Reads an optional point and the digits behind it; fraction counts units of 10^-digits.
    private static bool TryParseDecimals(ReadOnlySpan<byte> text, ref int i, int digits, out long fraction, out int decimals)
    {
        fraction = 0;
        decimals = 0;
        if (i >= text.Length || text[i] != (byte)'.')
        {
            return true;
        }

        for (i++; i < text.Length && (uint)(text[i] - '0') <= 9; i++, decimals++)
        {
            if (decimals < digits)
            {
                fraction = (fraction * 10) + text[i] - '0';
            }
        }

        for (int k = decimals; k < digits; k++)
        {
            fraction *= 10;
        }

        return decimals is > 0 and <= MaxDecimals;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte digit in text)
        {
            if ((uint)(digit - '0') > 9)
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
