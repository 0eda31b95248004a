using System.Globalization;

namespace SensorPipeline.Streams.Inputs;

/// <summary>
/// An instant on the data's own clock: 100 ns ticks since 0001-01-01T00:00:00Z, as <see cref="DateTime.Ticks"/>.
/// Nothing in the graph reads another clock.
/// </summary>
public readonly record struct EventTime(long Ticks) : IComparable<EventTime>
{
    /// <summary>No instant: earlier than every other.</summary>
    public static EventTime None => new(long.MinValue);

    /// <summary>The last instant a calendar can name, 9999-12-31T23:59:59.9999999Z.</summary>
    public static EventTime MaxValue => new(DateTime.MaxValue.Ticks);

    /// <summary>Whether this is an instant at all.</summary>
    public bool IsSome => Ticks != long.MinValue;

    /// <summary>The span from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static TimeSpan operator -(EventTime left, EventTime right) => new(left.Ticks - right.Ticks);

    /// <summary>The instant a span later.</summary>
    public static EventTime operator +(EventTime left, TimeSpan right) => new(left.Ticks + right.Ticks);

    /// <summary>The instant a span earlier.</summary>
    public static EventTime operator -(EventTime left, TimeSpan right) => new(left.Ticks - right.Ticks);

    /// <summary>Earlier than.</summary>
    public static bool operator <(EventTime left, EventTime right) => left.Ticks < right.Ticks;

    /// <summary>Later than.</summary>
    public static bool operator >(EventTime left, EventTime right) => left.Ticks > right.Ticks;

    /// <summary>Not later than.</summary>
    public static bool operator <=(EventTime left, EventTime right) => left.Ticks <= right.Ticks;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(EventTime left, EventTime right) => left.Ticks >= right.Ticks;

    /// <summary>The instant of a calendar time.</summary>
    public static EventTime From(DateTimeOffset time) => new(time.UtcTicks);

    /// <summary>The instant a number of milliseconds after 1970-01-01T00:00:00Z.</summary>
    public static EventTime FromUnixMilliseconds(long milliseconds) => new(DateTime.UnixEpoch.Ticks + (milliseconds * TimeSpan.TicksPerMillisecond));

    /// <summary>The later of two instants.</summary>
    public static EventTime Max(EventTime left, EventTime right) => left.Ticks >= right.Ticks ? left : right;

    /// <summary>The calendar time, UTC.</summary>
    public DateTimeOffset ToDateTimeOffset() => new(Ticks, TimeSpan.Zero);

    /// <inheritdoc/>
    public int CompareTo(EventTime other) => Ticks.CompareTo(other.Ticks);

    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    public override string ToString() =>
        IsSome ? new DateTime(Ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : "none";
}
