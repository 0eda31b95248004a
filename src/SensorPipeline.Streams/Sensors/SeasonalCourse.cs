using System.Runtime.CompilerServices;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// One sensor's mean in each of 48 parts of a season, over seven seasons: m += clip(x − m, ±2.5 s)/n. A part's departure is its mean less the mean of all
/// parts, times n/(n + 1) for the n readings it rests on; a slow change of the level moves all parts and so none of the departures. State: 504 bytes.
/// </summary>
internal struct SeasonalCourse
{
    private const int Parts = 48;
    private const int Memory = 7;
    private const double Clip = 2.5;
    private const double FewestReadings = 16;

    private double total;
    private long known;
    private Means means;
    private Counts counts;

    /// <summary>Time of the first reading.</summary>
    public EventTime Began { get; private set; }

    /// <summary>Whether there was one.</summary>
    public readonly bool HasBegun => known > 0;

    /// <summary>How far readings lie from the season's mean at a phase in [0,1).</summary>
    public readonly double At(double phase)
    {
        int part = (int)(phase * Parts);
        return counts[part] == 0 ? 0 : (means[part] - (total / known)) * counts[part] / (counts[part] + 1);
    }

    /// <summary>Takes in a reading.</summary>
    /// <param name="time">Event time.</param>
    /// <param name="phase">In [0,1).</param>
    /// <param name="x">The reading.</param>
    /// <param name="scale">Robust scale of what forecasts leave.</param>
    /// <param name="perSeason">Readings a season.</param>
    public void Observe(EventTime time, double phase, double x, double scale, double perSeason)
    {
        Began = HasBegun ? Began : time;
        int part = (int)(phase * Parts);
        bool isFirst = counts[part] == 0;
        counts[part] = (ushort)Math.Min(counts[part] + 1, Math.Clamp(Memory * perSeason / Parts, FewestReadings, ushort.MaxValue));
        double step = isFirst ? x : Math.Clamp(x - means[part], -Clip * scale, Clip * scale) / counts[part];
        known += isFirst ? 1 : 0;
        means[part] += step;
        total += step;
    }

    /// <summary>The level has shifted.</summary>
    public void Shift(double distance)
    {
        for (int part = 0; part < Parts; part++)
        {
            means[part] += counts[part] == 0 ? 0 : distance;
        }

        total += known * distance;
    }

    [InlineArray(Parts)]
    private struct Means
    {
        private double element;
    }

    [InlineArray(Parts)]
    private struct Counts
    {
        private ushort element;
    }
}
