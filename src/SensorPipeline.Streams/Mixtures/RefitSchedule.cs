using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Mixtures;

/// <summary>
/// When a group's mixture is fitted again, by event time: at the configured interval, sooner while the window is young (a quarter more frames are worth a refit), sooner when many frames are not
/// explained; never for a handful of frames. What was found takes effect a tenth of the interval later, and not within a second, so that a live graph does not have to wait. State: 48 bytes.
/// </summary>
internal record struct RefitSchedule
{
    private const int FirstRefit = 100;
    private const int LeastFrames = 25;
    private const double FramesPerRefit = 250;
    private const double LagShare = 0.1;
    private const double YoungShare = 0.25;
    private const double HurriedShare = 0.2;
    private const int UnexplainedToHurry = 20;
    private const double LeastElapsed = 0.25;
    private const double MostElapsed = 16;

    private static readonly TimeSpan LeastLag = TimeSpan.FromSeconds(1);

    private EventTime requested;
    private EventTime last;
    private TypicalInterval interval;
    private int unexplained;

    /// <summary>A schedule that has seen nothing.</summary>
    public static RefitSchedule New => new() { requested = EventTime.None, last = EventTime.None, TakesEffect = EventTime.None };

    /// <summary>When the refit under way takes effect.</summary>
    public EventTime TakesEffect { get; private set; }

    /// <summary>Frames since the last refit was asked for.</summary>
    public int Frames { get; private set; }

    /// <summary>The group's typical interval in seconds; NaN while unknown.</summary>
    public readonly double IntervalSeconds => interval.Seconds;

    /// <summary>Time since the last frame in typical intervals, within limits: the law of a group that was away is not worth less for it than its readings are.</summary>
    public readonly double Elapsed(EventTime time) =>
        interval.Count == 0 ? 1 : Math.Clamp((time - last).TotalSeconds / interval.Seconds, LeastElapsed, MostElapsed);

    /// <summary>Takes the next frame.</summary>
    public void Observe(EventTime time, bool isExplained)
    {
        interval = last.IsSome ? interval.Observe(time - last) : interval;
        last = time;
        Frames++;
        unexplained += isExplained ? 0 : 1;
    }

    /// <summary>Whether a refit is due at the last frame.</summary>
    public readonly bool IsDue(int window, TimeSpan? configured)
    {
        if (window < FirstRefit || Frames < LeastFrames)
        {
            return false;
        }

        bool isHurried = unexplained >= UnexplainedToHurry;
        TimeSpan every = Every(configured);
        TimeSpan wait = isHurried ? every * HurriedShare : every;
        return !requested.IsSome || last - requested >= wait || (Frames >= YoungShare * (window - Frames) && Frames * interval.Seconds < every.TotalSeconds);
    }

    /// <summary>Notes that a refit was asked for at the last frame.</summary>
    public void Request(TimeSpan? configured)
    {
        requested = last;
        TimeSpan lag = Every(configured) * LagShare;
        TakesEffect = last + (lag > LeastLag ? lag : LeastLag);
        (Frames, unexplained) = (0, 0);
    }

    private readonly TimeSpan Every(TimeSpan? configured) => configured ?? interval.Times(FramesPerRefit);
}
