using System.Runtime.CompilerServices;

namespace SensorPipeline.Statistics.Quantiles;

/// <summary>
/// Which bucket a size belongs to. Instead of a logarithm, which would be most of the cost, the exponent plus a cubic of the mantissa: L(2ᵉ(1+s)) = e + 6/35·s³ − 3/5·s² + 10/7·s.
/// It rises at least 10/7 for each unit of the logarithm, so with ⌊L·7/(10·ln γ)⌋ no bucket is wider than the ratio γ; there are 1 % more of them than a logarithm would need.
/// </summary>
internal static class BucketMapping
{
    private const int Bias = 1 << 16;
    private const double Cubic = 6.0 / 35;
    private const double Square = -3.0 / 5;
    private const double Slope = 10.0 / 7;

    private const long MantissaBits = (1L << 52) - 1;
    private const long OneBits = 1023L << 52;

    private static readonly double BucketsPerUnit = 1 / (Slope * Math.Log((1 + QuantileSketch.RelativeError) / (1 - QuantileSketch.RelativeError)));

    /// <summary>The bucket of a normal positive number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Of(double size)
    {
        long bits = BitConverter.DoubleToInt64Bits(size);
        double s = BitConverter.Int64BitsToDouble((bits & MantissaBits) | OneBits) - 1;
        double cubic = Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(Math.FusedMultiplyAdd(Cubic, s, Square), s, Slope), s, (bits >> 52) - 1023);
        return double.ConvertToIntegerNative<int>(Math.FusedMultiplyAdd(cubic, BucketsPerUnit, Bias));
    }

    /// <summary>The value off from both ends of a bucket by the same share, the harmonic mean of the ends.</summary>
    internal static double Value(int bucket)
    {
        double low = Size((bucket - Bias) / BucketsPerUnit), high = Size((bucket + 1 - Bias) / BucketsPerUnit);
        return 2 / ((1 / low) + (1 / high));
    }

    /// <summary>The size at which L has a value, by Newton's method.</summary>
    private static double Size(double level)
    {
        double exponent = Math.Floor(level), target = level - exponent, s = target;
        for (int i = 0; i < 8; i++)
        {
            double value = ((((Cubic * s) + Square) * s) + Slope) * s;
            double slope = (((3 * Cubic * s) + (2 * Square)) * s) + Slope;
            s -= (value - target) / slope;
        }

        return Math.ScaleB(1 + s, (int)exponent);
    }
}
