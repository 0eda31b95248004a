using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Special;

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

    /// <summary>exp(x) in every lane where x is negative, 1 where it is not: the series of <see cref="Special.SpecialFunctions"/> where all lanes are short, which is nearly always.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> Decay(Vector256<double> x)
    {
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<double>.Zero), x, Vector256<double>.Zero);
        return Vector256.GreaterThanAll(x, Vector256.Create(-0.125)) ? ExpSeries(x) : ExpOfLong(x);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> ExpOfLong(Vector256<double> x) => Elementary.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ExpSeries(Vector256<double> x)
    {
        Vector256<double> square = x * x, fourth = square * square;
        Vector256<double> two = Elementary.Line(1.0 / 6, x, 0.5), four = Elementary.Line(1.0 / 120, x, 1.0 / 24), six = Elementary.Line(1.0 / 5040, x, 1.0 / 720), eight = Elementary.Line(1.0 / 362_880, x, 1.0 / 40_320);
        Vector256<double> upper = Vector256.FusedMultiplyAdd(square, Vector256.FusedMultiplyAdd(square, Vector256.Create(1.0 / 3_628_800), eight), six);
        Vector256<double> lower = Vector256.FusedMultiplyAdd(square, four, two);
        return Vector256<double>.One + Vector256.FusedMultiplyAdd(square, Vector256.FusedMultiplyAdd(fourth, upper, lower), x);
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
