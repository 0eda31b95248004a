using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// The course of each sensor through a season, to be taken off its readings before they are forecast. It serves sensors whose forecast cannot follow the season by itself, as
/// those that report a few times a season. Nothing is taken off in the first two seasons, and more and more in the third.
/// </summary>
/// <param name="length">Of a season; null for none.</param>
internal sealed class Seasons(TimeSpan? length) : ISnapshot
{
    private const double SeasonsToLearn = 2;
    private SeasonalCourse[] courses = [];

    /// <summary>How far a sensor usually lies from its own mean at this phase of the season; 0 while that is unknown.</summary>
    public double Of(int sensor, EventTime time)
    {
        if (length is not { } season || sensor >= courses.Length || !courses[sensor].HasBegun)
        {
            return 0;
        }

        ref readonly SeasonalCourse course = ref courses[sensor];
        double trust = Math.Clamp(((time - course.Began) / season) - SeasonsToLearn, 0, 1);
        return trust == 0 ? 0 : trust * course.At(PhaseOf(time, season));
    }

    /// <summary>Takes in a reading.</summary>
    /// <param name="sensor">Which sensor.</param>
    /// <param name="time">Event time.</param>
    /// <param name="x">The reading.</param>
    /// <param name="scale">Robust scale of what forecasts leave; NaN while there is none, and nothing is learned then.</param>
    /// <param name="intervalSeconds">The sensor's typical interval.</param>
    public void Observe(int sensor, EventTime time, double x, double scale, double intervalSeconds)
    {
        if (length is not { } season || double.IsNaN(scale))
        {
            return;
        }

        if (sensor >= courses.Length)
        {
            Array.Resize(ref courses, Math.Max(16, 2 * sensor));
        }

        courses[sensor].Observe(time, PhaseOf(time, season), x, scale, season.TotalSeconds / intervalSeconds);
    }

    /// <summary>The level of a sensor has shifted, and its course with it.</summary>
    public void Shift(int sensor, double distance)
    {
        if (sensor < courses.Length)
        {
            courses[sensor].Shift(distance);
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(length?.Ticks ?? 0);
        writer.WriteSpan<SeasonalCourse>(courses);
    }

    /// <summary>Takes over what was learned of the same season; of another it begins anew.</summary>
    public void Load(ref SnapshotReader reader)
    {
        bool isSame = reader.Read<long>() == length?.Ticks;
        SeasonalCourse[] saved = reader.ReadArray<SeasonalCourse>();
        courses = isSame ? saved : [];
    }

    private static double PhaseOf(EventTime time, TimeSpan season) => time.Ticks % season.Ticks / (double)season.Ticks;
}
