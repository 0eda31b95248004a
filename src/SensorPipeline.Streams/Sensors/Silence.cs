using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// Whether a sensor has stopped: it has when nothing arrived for five times the longer of its typical interval and its longest recent gap
/// (a maximum that decays by 0.2 % a reading). Judged on the service's clock, so a backlog of old readings silences nobody. State: 24 bytes.
/// </summary>
public readonly record struct Silence(EventTime LastArrival, TimeSpan LongestGap, int Readings, bool IsSilent)
{
    private const double Patience = 5;
    private const double GapDecay = 0.998;
    private const int MinimumReadings = 16;

    /// <summary>How often the clock is compared with the sensors.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>A sensor that has not reported yet.</summary>
    public static Silence New => new(EventTime.None, TimeSpan.Zero, 0, false);

    /// <summary>After a reading has arrived.</summary>
    public Silence Observe(EventTime arrival)
    {
        TimeSpan gap = LastArrival.IsSome && !IsSilent && arrival > LastArrival ? arrival - LastArrival : TimeSpan.Zero;
        var longest = new TimeSpan(Math.Max(gap.Ticks, (long)(LongestGap.Ticks * GapDecay)));
        return new Silence(EventTime.Max(arrival, LastArrival), longest, Math.Min(Readings + 1, MinimumReadings), false);
    }

    /// <summary>Whether a sensor of this typical interval was heard from too long ago.</summary>
    public bool IsOver(EventTime now, TypicalInterval interval) => now > LastArrival + CheckInterval && now >= Deadline(interval);

    /// <summary>When a sensor of this typical interval counts as silent; <see cref="EventTime.MaxValue"/> while it is too new to tell.</summary>
    public EventTime Deadline(TypicalInterval interval)
    {
        if (Readings < MinimumReadings || interval.Count == 0)
        {
            return EventTime.MaxValue;
        }

        double patience = Patience * Math.Max(interval.Seconds, LongestGap.TotalSeconds);
        return patience > 1e9 ? EventTime.MaxValue : LastArrival + TimeSpan.FromSeconds(patience) + CheckInterval;
    }
}
