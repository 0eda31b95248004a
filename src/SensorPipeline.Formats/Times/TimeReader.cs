using System.Text;
using SensorPipeline.Formats.Numbers;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Times;

/// <summary>Reads the times of one source.</summary>
internal sealed class TimeReader(TimeUnit unit, TimeZoneInfo? zone)
{
    /// <summary>The formats by the names people write.</summary>
    public static IReadOnlyDictionary<string, TimeUnit> Names { get; } = new Dictionary<string, TimeUnit>(StringComparer.OrdinalIgnoreCase)
    {
        ["auto"] = TimeUnit.Auto,
        ["rfc3339"] = TimeUnit.Rfc3339,
        ["s"] = TimeUnit.Seconds,
        ["ms"] = TimeUnit.Milliseconds,
        ["us"] = TimeUnit.Microseconds,
        ["ns"] = TimeUnit.Nanoseconds,
    };

    /// <summary>Finds a zone by its IANA name, or makes one of a fixed offset.</summary>
    public static bool TryFindZone(string name, out TimeZoneInfo? zone)
    {
        if (Rfc3339.TryReadOffset(Encoding.UTF8.GetBytes(name), out TimeSpan offset) && offset.Duration() <= TimeSpan.FromHours(14))
        {
            zone = TimeZoneInfo.CreateCustomTimeZone(name, offset, name, name);
            return true;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }

    /// <summary>Reads a whole text, a number or a calendar time, as the source's format says. False where it says no instant.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, out EventTime time)
    {
        if (unit > TimeUnit.Rfc3339)
        {
            return UnixTime.TryRead(text, unit, out time);
        }

        text = NumberText.Trim(text);
        if (!Rfc3339.TryRead(text, out long ticks, out bool local))
        {
            time = default;
            return unit == TimeUnit.Auto && UnixTime.TryRead(text, TimeUnit.Auto, out time);
        }

        time = new EventTime(ticks);
        return !local || TryMakeUniversal(ref time);
    }

    private bool TryMakeUniversal(ref EventTime time)
    {
        if (zone is null || time > EventTime.MaxValue)
        {
            return false;
        }

        // A wall clock shows an hour twice a year; it is taken for standard time then.
        time -= zone.GetUtcOffset(new DateTime(time.Ticks, DateTimeKind.Unspecified));
        return time.Ticks >= 0 && time <= EventTime.MaxValue;
    }
}
