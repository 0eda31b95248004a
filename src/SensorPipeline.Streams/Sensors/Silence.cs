using System.Runtime.CompilerServices;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// Whether a sensor has stopped: it has when nothing arrived for five times the longer of its typical interval and its longest recent gap
/// (a maximum that decays by 0.2 % a reading). Judged on the service's clock, so a backlog of old readings silences nobody. State: 16 bytes.
/// </summary>
internal struct Silence
{
    private const double Patience = 5;
    private const float GapDecay = 0.998f;
    private const int MinimumReadings = 16;

    /// <summary>How often the clock is compared with the sensors.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private EventTime lastArrival;
    private float longestGapSeconds;
    private short readings;

    /// <summary>A sensor that has not reported yet.</summary>
    public static Silence New => new() { lastArrival = EventTime.None };

    /// <summary>When it was last heard from.</summary>
    public readonly EventTime LastArrival => lastArrival;

    /// <summary>Whether it has stopped.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>After a reading has arrived.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Observe(EventTime arrival)
    {
        bool isGap = LastArrival.IsSome && !IsSilent && arrival > LastArrival;
        float gap = isGap ? (arrival - LastArrival).Ticks * (1f / TimeSpan.TicksPerSecond) : 0;
        longestGapSeconds = float.MaxNative(gap, longestGapSeconds * GapDecay);
        readings = readings < MinimumReadings ? (short)(readings + 1) : readings;
        lastArrival = EventTime.Max(arrival, lastArrival);
        IsSilent = false;
    }

    /// <summary>Begins to wait anew, unless it is known to be silent or has never been heard from.</summary>
    public void HeardFrom(EventTime now) => lastArrival = IsSilent || !lastArrival.IsSome ? lastArrival : EventTime.Max(lastArrival, now);

    /// <summary>It has stopped.</summary>
    public void Begin() => IsSilent = true;

    /// <summary>Whether a sensor of this typical interval was heard from too long ago.</summary>
    public readonly bool IsOver(EventTime now, TypicalInterval interval) => now > LastArrival + CheckInterval && now >= Deadline(interval);

    /// <summary>Whether it has been heard of since some time.</summary>
    public readonly bool IsHeardSince(EventTime time) => LastArrival > time;

    /// <summary>Whether nothing will be told of it before it reports again: it is silent, or too new to be missed.</summary>
    public readonly bool IsSettled(TypicalInterval interval) => IsSilent || Deadline(interval) == EventTime.MaxValue;

    // When it counts as silent; the end of time while it is too new to tell.
    private readonly EventTime Deadline(TypicalInterval interval)
    {
        if (readings < MinimumReadings || interval.Count == 0)
        {
            return EventTime.MaxValue;
        }

        double patience = Patience * Math.Max(interval.Seconds, longestGapSeconds);
        return patience > 1e9 ? EventTime.MaxValue : LastArrival + TimeSpan.FromSeconds(patience) + CheckInterval;
    }
}
