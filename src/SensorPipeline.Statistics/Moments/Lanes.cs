using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Statistics.Moments;

/// <summary>Four streams in one register. The width is fixed, so that a table computes the same on every machine of an architecture.</summary>
internal static class Lanes
{
    internal const int Width = 4;

    internal static int Padded(int columns) => (columns + Width - 1) & ~(Width - 1);

    /// <summary>All bits set where a number is neither infinite nor NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> AreFinite(Vector256<double> x) => Vector256.Equals(x - x, Vector256<double>.Zero);

    /// <summary>Whether no lane is infinite or NaN, which is nearly always.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool AllFinite(Vector256<double> x) => Vector256.EqualsAll(x - x, Vector256<double>.Zero);

    /// <summary>The last few numbers of a row; NaN where there are none.</summary>
    internal static Vector256<double> LoadPartial(ReadOnlySpan<double> rest, double missing = double.NaN)
    {
        Span<double> lanes = stackalloc double[Width];
        lanes.Fill(missing);
        rest.CopyTo(lanes);
        return Vector256.Create(lanes[0], lanes[1], lanes[2], lanes[3]);
    }

    /// <summary><see cref="HighLow.Step"/> in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector256<double> High, Vector256<double> Low) Step(Vector256<double> high, Vector256<double> low, Vector256<double> step)
    {
        low += step;
        Vector256<double> sum = high + low;
        return (sum, low - (sum - high));
    }
}
