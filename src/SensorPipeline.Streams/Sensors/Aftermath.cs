using System.Runtime.InteropServices;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Sensors;

/// <summary>
/// What follows an outlier decides what it was: if eight of ten readings, itself the first, lie on its side of the middle between it and what
/// had been expected, the level has shifted; if not, it was an outlier. This settles it where a fast forecast has long followed the shift
/// and its residuals show nothing more. State: 28 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Aftermath
{
    private const int Readings = 10;
    private const int Needed = 8;

    private EventTime began;
    private float total;
    private float distance;
    private byte seen;
    private byte beyond;

    /// <summary>What had been expected when it began.</summary>
    public double Before { get; private set; }

    /// <summary>When it began.</summary>
    public readonly EventTime Began => began;

    /// <summary>Whether it is not settled yet.</summary>
    public readonly bool IsOpen => began.IsSome && seen < Readings;

    /// <summary>How many readings there were.</summary>
    public readonly int Count => seen;

    /// <summary>Their mean.</summary>
    public readonly double Level => Before + ((double)total / seen);

    /// <summary>Begins with a reading that stands out.</summary>
    public static Aftermath Of(double x, double expected, EventTime time) => new() { Before = expected, distance = (float)(x - expected), began = time };

    /// <summary>Takes in a reading, the first one too: whether it settles that the level has shifted.</summary>
    public bool Observe(double x)
    {
        if (!IsOpen)
        {
            return false;
        }

        seen++;
        total += (float)(x - Before);
        beyond += (x - Before) / distance > 0.5 ? (byte)1 : (byte)0;
        return seen == Readings && beyond >= Needed;
    }

    /// <summary>It was settled otherwise.</summary>
    public void Forget() => this = New;

    /// <summary>Nothing is to be settled.</summary>
    public static Aftermath New => new() { began = EventTime.None };
}
