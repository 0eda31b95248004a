using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SensorPipeline.Statistics.Special;

/// <summary>
/// Exponential and logarithm in line, for loops over readings: a call of the library's costs the loop around it its registers, and as much again. Both look up the nearest of a table's points
/// and take a short series from there (Tang 1989), with the same operations on every machine.
/// </summary>
public static class Elementary
{
    private const int ExpBits = 7;
    private const int ExpPoints = 1 << ExpBits;
    private const int LogBits = 5;
    private const int LogPoints = 1 << LogBits;
    private const double Largest = 700;
    private const int FractionBits = 52;

    // Adding it rounds to a whole number, which then stands in the last bits.
    private const double Rounder = 6755399441055744.0;
    private const double PointsPerUnit = ExpPoints / 0.69314718055994530942;

    // ln 2/128 in two parts, of which the first has zeros enough for an exact product.
    private const double StepHigh = 0.005415212347998022;
    private const double StepLow = 1.2655086083325438e-13;

    // Mantissas are taken from 11/16 up to 22/16, as floats: so that those around 1 lie together, where the point is 1 itself.
    private const double LogOfTwo = 0.69314718055994530942;
    private const int FirstMantissa = 0x3F300000;
    private const int FloatFractionBits = 23;
    private const int SmallestNormal = 1 << FloatFractionBits;
    private const int Infinite = 0xFF << FloatFractionBits;

    private static readonly ulong[] ExpTable = [.. Enumerable.Range(0, ExpPoints).Select(i => BitConverter.DoubleToUInt64Bits(Math.Pow(2, (double)i / ExpPoints)) - ((ulong)i << (FractionBits - ExpBits)))];

    private static readonly LogPoint[] LogTable = [.. Enumerable.Range(0, LogPoints).Select(PointOf)];

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

    /// <summary>ln x, rounded from ten digits more.</summary>
    /// <param name="x">Any number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        if ((uint)(bits - SmallestNormal) >= Infinite - SmallestNormal)
        {
            return LogBeyond(x);
        }

        int step = bits - FirstMantissa, exponent = step >> FloatFractionBits;
        ref readonly LogPoint point = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(LogTable), (step >> (FloatFractionBits - LogBits)) & (LogPoints - 1));
        double r = Math.FusedMultiplyAdd(BitConverter.Int32BitsToSingle(bits - (exponent << FloatFractionBits)), point.Reciprocal, -1);
        double square = r * r;
        double upper = Math.FusedMultiplyAdd(square, -1.0 / 6, Math.FusedMultiplyAdd(r, 1.0 / 5, -1.0 / 4)), lower = Math.FusedMultiplyAdd(r, 1.0 / 3, -0.5);
        double series = Math.FusedMultiplyAdd(square, Math.FusedMultiplyAdd(square, upper, lower), r);
        return (float)(Math.FusedMultiplyAdd(exponent, LogOfTwo, point.Log) + series);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double ExpBeyond(double x) => Math.Exp(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float LogBeyond(float x) => MathF.Log(x);

    private static LogPoint PointOf(int i)
    {
        const int Width = 1 << (FloatFractionBits - LogBits);
        double from = BitConverter.Int32BitsToSingle(FirstMantissa + (i * Width)), to = BitConverter.Int32BitsToSingle(FirstMantissa + ((i + 1) * Width));
        double reciprocal = from == 1 || to == 1 ? 1 : 2 / (from + to);
        return new LogPoint(reciprocal, -Math.Log(reciprocal));
    }

    private readonly record struct LogPoint(double Reciprocal, double Log);
}
