using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Streams.Detection;

/// <summary>Residuals of different sensors, to be learned four at a time; unused lanes hold numbers that do no harm.</summary>
internal sealed class Residuals
{
    /// <summary>Residuals it has room for.</summary>
    public const int Room = 16;

    private readonly double[] squares = new double[Room];
    private readonly double[] gains = new double[Room];
    private readonly double[] fastGains = new double[Room];
    private readonly double[] starts = new double[Room];
    private readonly double[] floors = new double[Room];

    /// <summary>Sets one.</summary>
    public Residual this[int at]
    {
        set => (squares[at], gains[at], fastGains[at], starts[at], floors[at]) = (value.Square, value.Gain, value.FastGain, value.Start, value.Floor);
    }

    /// <summary>Four squares.</summary>
    public Vector256<double> Squares(int at) => Four(squares, at);

    /// <summary>Four gains of the long memory.</summary>
    public Vector256<double> Gains(int at) => Four(gains, at);

    /// <summary>Four gains of the short memory.</summary>
    public Vector256<double> FastGains(int at) => Four(fastGains, at);

    /// <summary>Four least gains.</summary>
    public Vector256<double> Starts(int at) => Four(starts, at);

    /// <summary>Four least squares to answer.</summary>
    public Vector256<double> Floors(int at) => Four(floors, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Four(double[] column, int at) => Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(column), (nuint)at);
}
