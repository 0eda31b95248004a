using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// How far a stream's level wanders, and when it went farther. Every 128 readings the level is set beside an anchor, the average of the sixteen levels before:
/// d. A forecast follows a slow movement easily, so residuals say nothing of it; whether it is a drift depends on what this stream's level does
/// otherwise, and the yardstick is the root mean square of its own d, with a memory of 64. Under no drift d over the yardstick is Student's t; as neighbouring d share
/// most of their anchor, eight of them count as one degree of freedom. A d beyond three yardsticks is learned as three. A level set anew is as uncertain as the few
/// readings it rests on, so it waits for 512. State: 20 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Wandering
{
    private const int Interval = 128;

    private const int AnchorMemory = 16;
    private const int Memory = 64;
    private const int PerFreedom = 8;
    private const float MostSquare = 9;
    private const double SettledReadings = 512;

    private double anchor;
    private float former;
    private float meanSquare;
    private short comparisons;
    private byte readings;
    private sbyte run;

    /// <summary>Readings for which the level has lain farther from its anchor than the yardstick, on the side of the latest drift.</summary>
    public readonly int Readings => Interval * Math.Abs((int)run);

    /// <summary>The level that the latest drift began from, to the seven digits that a reason says.</summary>
    public readonly double From => former;

    /// <summary>After one more reading: whether the level has drifted.</summary>
    /// <param name="detector">What is known of the sensor.</param>
    /// <param name="alpha">Probability, a reading, of saying so by chance.</param>
    public bool Observe(in Detector detector, double alpha)
    {
        if (++readings < Interval)
        {
            return false;
        }

        readings = 0;
        return detector.EffectiveSampleSize(double.PositiveInfinity) >= SettledReadings && Compare(detector.Mean, alpha);
    }

    /// <summary>The level moved, and is not to be taken for a drift.</summary>
    public void MoveTo(double level) => (anchor, readings) = (level, 0);

    private bool Compare(double level, double alpha)
    {
        float away = (float)(level - anchor), square = away * away;
        if (comparisons < PerFreedom)
        {
            Learn(level, away, comparisons == 0 ? 0 : square);
            return false;
        }

        var chance = new StudentT((double)comparisons / PerFreedom);
        bool drifts = meanSquare > 0 && 2 * chance.SurvivalProbability(Math.Abs(away) / MathF.Sqrt(meanSquare)) < Interval * alpha;
        former = (float)anchor;
        run = (sbyte)(square <= meanSquare ? 0 : Math.Clamp((run * away > 0 ? run : 0) + Math.Sign(away), -AnchorMemory, AnchorMemory));
        Learn(level, away, Math.Min(square, MostSquare * meanSquare));
        anchor = drifts ? level : anchor;
        return drifts;
    }

    private void Learn(double level, float away, float square)
    {
        anchor = comparisons == 0 ? level : anchor + (away / Math.Min(comparisons + 1, AnchorMemory));
        meanSquare += (square - meanSquare) / Math.Max(1, (int)comparisons);
        comparisons = (short)Math.Min(comparisons + 1, Memory);
    }
}
