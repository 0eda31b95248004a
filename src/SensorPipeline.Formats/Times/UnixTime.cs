using SensorPipeline.Formats.Numbers;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Times;

/// <summary>Numbers that count from 1970-01-01T00:00:00Z, exact to the tick of 100 ns, whether they have a fraction or not.</summary>
internal static class UnixTime
{
    /// <summary>Reads a number in a unit. Zero and less is a clock that was never set, and no time.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, TimeUnit unit, out EventTime time)
    {
        time = default;
        return DecimalText.TryParse(text, out DecimalText number) && TryConvert(number, unit, out time);
    }

    /// <summary>The instant of a number; <see cref="TimeUnit.Auto"/> takes the unit from its size.</summary>
    public static bool TryConvert(in DecimalText number, TimeUnit unit, out EventTime time)
    {
        time = default;
        if (number.IsNegative || number.Mantissa == 0)
        {
            return false;
        }

        unit = unit == TimeUnit.Auto ? UnitOf(number) : unit;
        int power = unit switch
        {
            TimeUnit.Seconds => 7,
            TimeUnit.Milliseconds => 4,
            TimeUnit.Microseconds => 1,
            _ => -2,
        };
        bool fits = number.TryScale(power, out long ticks);
        time = new EventTime(DateTime.UnixEpoch.Ticks + ticks);
        return fits && ticks > 0 && time <= EventTime.MaxValue;
    }

    private static TimeUnit UnitOf(in DecimalText number)
    {
        double size = number.Exponent == 0 ? number.Mantissa : number.Mantissa * Math.Pow(10, number.Exponent);
        return size < 1e11 ? TimeUnit.Seconds
            : size < 1e14 ? TimeUnit.Milliseconds
            : size < 1e17 ? TimeUnit.Microseconds
            : TimeUnit.Nanoseconds;
    }
}
