using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// What forecasts of different sensors left, for their local scales to learn four at a time. What stands in unused lanes does no harm.
/// </summary>
public sealed class Residuals
{
    /// <summary>Residuals it has room for.</summary>
    public const int Room = 16;

    private const int StartingReadings = 16;

    private readonly double[] squares = new double[Room];
    private readonly double[] gains = new double[Room];
    private readonly double[] fastGains = new double[Room];
    private readonly double[] starts = new double[Room];
    private readonly double[] floors = new double[Room];

    /// <summary>How many it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one.</summary>
    /// <param name="residual">What the forecast left.</param>
    /// <param name="gain">Gain of the long memory over the time since the reading before.</param>
    /// <param name="fastGain">That of the short one.</param>
    /// <param name="readings">Readings seen: while they are few each counts the same.</param>
    /// <param name="floor">Least square to answer: the variance of rounding.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double residual, double gain, double fastGain, int readings, double floor)
    {
        int at = Count++ & (Room - 1);
        squares[at] = residual * residual;
        gains[at] = gain;
        fastGains[at] = fastGain;
        starts[at] = 1.0 / (readings + StartingReadings);
        floors[at] = floor;
    }

    /// <summary>Forgets them.</summary>
    public void Clear() => Count = 0;

    /// <summary>Four squares.</summary>
    internal Vector256<double> Squares(int at) => Four(squares, at);

    /// <summary>Four gains of the long memory.</summary>
    internal Vector256<double> Gains(int at) => Four(gains, at);

    /// <summary>Four gains of the short memory.</summary>
    internal Vector256<double> FastGains(int at) => Four(fastGains, at);

    /// <summary>Four least gains.</summary>
    internal Vector256<double> Starts(int at) => Four(starts, at);

    /// <summary>Four least squares to answer.</summary>
    internal Vector256<double> Floors(int at) => Four(floors, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Four(double[] column, int at) => Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(column), (nuint)at);
}
