using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Times;

/// <summary>
/// Calendar times as RFC 3339 writes them, also with a space for the <c>T</c>, a comma for the point, an offset without colon or minutes,
/// or no offset at all. Fractions of any length are cut to ticks of 100 ns; a leap second is the second after it.
/// </summary>
internal static class Rfc3339
{
    /// <summary>Reads a whole text. <paramref name="local"/> tells that no offset was written and the time is a wall clock's.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out long ticks, out bool local)
    {
        ticks = 0;
        local = false;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ' or (byte)'_')
            || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        int year = (Two(text, 0) * 100) + Two(text, 2);
        int month = Two(text, 5);
        int day = Two(text, 8);
        int hour = Two(text, 11);
        int minute = Two(text, 14);
        int second = Two(text, 17);
        bool inRange = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && (uint)hour < 24 && (uint)minute < 60 && (uint)second <= 60;
        if (!inRange || Two(text, 0) < 0 || Two(text, 2) < 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        ticks = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks + (second * TimeSpan.TicksPerSecond);
        return TryReadFraction(text[19..], out ReadOnlySpan<byte> zone, ref ticks) && TryReadOffset(zone, ref ticks, out local);
    }

    /// <summary>Reads an offset such as <c>+02:00</c>, <c>-0330</c>, <c>+02</c> or <c>Z</c>.</summary>
    public static bool TryReadOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }

        if (text.Length is not (3 or 5 or 6) || text[0] is not ((byte)'+' or (byte)'-') || (text.Length == 6 && text[3] != ':'))
        {
            return false;
        }

        int hours = Two(text, 1);
        int minutes = text.Length == 3 ? 0 : Two(text, text.Length - 2);
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return hours is >= 0 and < 24 && minutes is >= 0 and < 60;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> zone, ref long ticks, out bool local)
    {
        local = zone.IsEmpty;
        if (local)
        {
            return true;
        }

        bool read = TryReadOffset(zone, out TimeSpan offset);
        ticks -= offset.Ticks;
        return read && ticks >= 0 && ticks <= EventTime.MaxValue.Ticks;
    }

    private static bool TryReadFraction(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest, ref long ticks)
    {
        rest = text;
        if (text.IsEmpty || text[0] is not ((byte)'.' or (byte)','))
        {
            return true;
        }

        int i = 1;
        long unit = TimeSpan.TicksPerSecond;
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
        {
            unit /= 10;
            ticks += unit * (text[i] - '0');
        }

        rest = text[i..];
        return i > 1;
    }

    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)(text[at] - '0');
        uint ones = (uint)(text[at + 1] - '0');
        return tens <= 9 && ones <= 9 ? (int)((tens * 10) + ones) : -1000;
    }
}
