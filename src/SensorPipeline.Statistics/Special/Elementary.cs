using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Statistics.Special;

/// <summary>
/// Exponential and logarithm in line, for loops over readings: a call of the library's costs the loop around it its registers, and as much again. The exponential looks up the nearest of a table's points
/// and takes a short series from there (Tang 1989); both do the same operations on every machine. Of floats: <see cref="SingleLanes"/>.
/// </summary>
public static class Elementary
{
    private const int ExpBits = 7;
    private const int ExpPoints = 1 << ExpBits;
    private const double Largest = 700;

    // Below it eˣ is under half of the smallest number.
    private const double Nothing = -746;

    private const int FractionBits = 52;

    // Adding it rounds to a whole number, which then stands in the last bits.
    private const double Rounder = 6755399441055744.0;
    private const double PointsPerUnit = ExpPoints / 0.69314718055994530942;

    // ln 2/128 in two parts, of which the first has zeros enough for an exact product.
    private const double StepHigh = 0.005415212347998022;
    private const double StepLow = 1.2655086083325438e-13;

    // Doubles are taken from √½ up to √2. Adding the distance of √½ from 1 carries the larger ones into the next exponent.
    private const long ToRootOfHalf = 0x3FF0000000000000 - 0x3FE6A09E667F3BCD;
    private const long SmallestNormal = 1L << FractionBits;
    private const long Infinite = 0x7FFL << FractionBits;
    private const long ExponentOfOne = 1023;

    // A whole number below 2⁵² in the last bits of this one is that much more than 2⁵².
    private const double WholeNumbers = 4503599627370496.0;

    // ln 2 in two parts, of which the first has zeros enough for an exact product with an exponent.
    private const double LogOfTwoHigh = 6.93147180369123816490e-01;
    private const double LogOfTwoLow = 1.90821492927058770002e-10;

    private static readonly ulong[] ExpTable = [.. Enumerable.Range(0, ExpPoints).Select(i => BitConverter.DoubleToUInt64Bits(Math.Pow(2, (double)i / ExpPoints)) - ((ulong)i << (FractionBits - ExpBits)))];

    /// <summary>eˣ to within an ulp.</summary>
    /// <param name="x">Any number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Exp(double x)
    {
        if (!(Math.Abs(x) < Largest))
        {
            return ExpBeyond(x);
        }

        double rounded = (x * PointsPerUnit) + Rounder;
        ulong step = BitConverter.DoubleToUInt64Bits(rounded);
        double n = rounded - Rounder;
        double r = Math.FusedMultiplyAdd(-n, StepLow, Math.FusedMultiplyAdd(-n, StepHigh, x));
        ulong bits = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(ExpTable), (int)(step & (ExpPoints - 1))) + (step << (FractionBits - ExpBits));
        double square = r * r;
        double upper = Math.FusedMultiplyAdd(r, 1.0 / 120, 1.0 / 24), lower = Math.FusedMultiplyAdd(r, 1.0 / 6, 0.5);
        double series = Math.FusedMultiplyAdd(square, Math.FusedMultiplyAdd(square, upper, lower), r);
        double point = BitConverter.UInt64BitsToDouble(bits);
        return Math.FusedMultiplyAdd(point, series, point);
    }

    /// <summary>eˣ of four numbers, each to the last bit as by itself.</summary>
    /// <param name="x">Any numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x)
    {
        if (!Vector256.LessThanAll(Vector256.Abs(x), Vector256.Create(Largest)))
        {
            return ExpBeyond(x);
        }

        Vector256<double> rounded = (x * PointsPerUnit) + Vector256.Create(Rounder);
        Vector256<ulong> step = rounded.AsUInt64(), index = step & Vector256.Create(ExpPoints - 1UL);
        Vector256<double> n = Vector256.Create(Rounder) - rounded;
        Vector256<double> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(StepLow), Vector256.FusedMultiplyAdd(n, Vector256.Create(StepHigh), x));
        ref ulong table = ref MemoryMarshal.GetArrayDataReference(ExpTable);
        Vector256<ulong> points = Vector256.Create(Unsafe.Add(ref table, (nint)index[0]), Unsafe.Add(ref table, (nint)index[1]), Unsafe.Add(ref table, (nint)index[2]), Unsafe.Add(ref table, (nint)index[3]));
        Vector256<double> point = (points + (step << (FractionBits - ExpBits))).AsDouble(), square = r * r;
        Vector256<double> upper = Vector256.FusedMultiplyAdd(r, Vector256.Create(1.0 / 120), Vector256.Create(1.0 / 24));
        Vector256<double> lower = Vector256.FusedMultiplyAdd(r, Vector256.Create(1.0 / 6), Vector256.Create(0.5));
        return Vector256.FusedMultiplyAdd(point, Vector256.FusedMultiplyAdd(square, Vector256.FusedMultiplyAdd(square, upper, lower), r), point);
    }

    /// <summary>
    /// ln x of four numbers to within an ulp, none of which depends on the others: with s = f/(2+f), ln(1+f) = f − ½f² + s(½f² + R(s²)), R a polynomial of the seventh degree. Reference: Ng, fdlibm's e_log (1993).
    /// </summary>
    /// <param name="x">Any numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log(Vector256<double> x)
    {
        Vector256<long> bits = x.AsInt64();
        return Vector256.LessThanAny(bits, Vector256.Create(SmallestNormal)) || Vector256.GreaterThanOrEqualAny(bits, Vector256.Create(Infinite))
            ? LogBeyond(x)
            : LogOfNormal(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> LogOfNormal(Vector256<long> bits)
    {
        Vector256<long> biased = (bits + Vector256.Create(ToRootOfHalf)) >>> FractionBits;
        Vector256<double> exponent = (biased | Vector256.Create(WholeNumbers).AsInt64()).AsDouble() - Vector256.Create(WholeNumbers + ExponentOfOne);
        Vector256<double> f = (bits - ((biased - Vector256.Create(ExponentOfOne)) << FractionBits)).AsDouble() - Vector256<double>.One;
        Vector256<double> s = f / (f + Vector256.Create(2.0)), square = s * s, fourth = square * square, half = f * f * 0.5;
        Vector256<double> even = Line(0.1531383769920937332, fourth, 0.2222219843214978396);
        even = fourth * Vector256.FusedMultiplyAdd(fourth, even, Vector256.Create(0.3999999999940941908));
        Vector256<double> odd = Vector256.FusedMultiplyAdd(fourth, Line(0.1479819860511658591, fourth, 0.1818357216161805012), Vector256.Create(0.2857142874366239149));
        odd = square * Vector256.FusedMultiplyAdd(fourth, odd, Vector256.Create(0.6666666666666735130));
        Vector256<double> low = Vector256.FusedMultiplyAdd(s, half + odd + even, exponent * LogOfTwoLow);
        return (exponent * LogOfTwoHigh) - (half - low - f);
    }

    /// <summary>start + slope·x, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> Line(double slope, Vector256<double> x, double start) => Vector256.FusedMultiplyAdd(Vector256.Create(slope), x, Vector256.Create(start));

    /// <summary>Four floats as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Widen(Vector128<float> x) => Vector256.WidenLower(x.ToVector256Unsafe());

    /// <summary>Four doubles rounded to floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Narrow(Vector256<double> x) => Vector128.Narrow(x.GetLower(), x.GetUpper());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> ExpBeyond(Vector256<double> x)
    {
        // Most that lie beyond are nothing at all: the shares of components far away and of none.
        Vector256<double> isNothing = Vector256.LessThan(x, Vector256.Create(Nothing));
        Vector256<double> rest = Vector256.ConditionalSelect(isNothing, Vector256<double>.Zero, x);
        return Vector256.LessThanAll(Vector256.Abs(rest), Vector256.Create(Largest))
            ? Vector256.AndNot(Exp(rest), isNothing)
            : Vector256.Create(Exp(x[0]), Exp(x[1]), Exp(x[2]), Exp(x[3]));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<double> LogBeyond(Vector256<double> x)
    {
        Vector256<long> bits = x.AsInt64();
        Vector256<long> isNormal = Vector256.GreaterThanOrEqual(bits, Vector256.Create(SmallestNormal)) & Vector256.LessThan(bits, Vector256.Create(Infinite));
        Vector256<double> normal = LogOfNormal(Vector256.ConditionalSelect(isNormal, bits, Vector256<double>.One.AsInt64()));
        return Vector256.ConditionalSelect(isNormal.AsDouble(), normal, Vector256.Create(Math.Log(x[0]), Math.Log(x[1]), Math.Log(x[2]), Math.Log(x[3])));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double ExpBeyond(double x) => Math.Exp(x);
}
