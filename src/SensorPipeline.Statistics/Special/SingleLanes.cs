using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Statistics.Special;

/// <summary>
/// Exponential and logarithm of eight floats side by side, to within two units of the last place, by polynomials (Cephes; Moshier 1992): no table, no branch, and the same operations on every machine.
/// </summary>
public static class SingleLanes
{
    private const float Farthest = 87;
    private const float PerLogOfTwo = 1.44269504f;

    // ln 2 in two parts, of which the first has zeros enough for an exact product.
    private const float LogOfTwoHigh = 0.693359375f;
    private const float LogOfTwoLow = -2.12194440e-4f;

    // Adding it rounds to a whole number, which then stands in the last bits.
    private const float Rounder = 12582912;
    private const int FractionBits = 23;

    // √½: mantissas are taken from there up to √2, so that those around 1 lie together.
    private const int FirstMantissa = 0x3F3504F3;

    /// <summary>eˣ; beyond ±87 that of ±87.</summary>
    /// <param name="x">Any numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        x = Vector256.MaxNative(Vector256.MinNative(x, Vector256.Create(Farthest)), Vector256.Create(-Farthest));
        Vector256<float> rounded = Vector256.FusedMultiplyAdd(x, Vector256.Create(PerLogOfTwo), Vector256.Create(Rounder)), n = rounded - Vector256.Create(Rounder);
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-LogOfTwoLow), Vector256.FusedMultiplyAdd(n, Vector256.Create(-LogOfTwoHigh), x));
        Vector256<float> series = Vector256.Create(1.9875691500e-4f);
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(1.3981999507e-3f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(8.3334519073e-3f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(4.1665795894e-2f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(1.6666665459e-1f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(5.0000001201e-1f));
        series = Vector256.FusedMultiplyAdd(series, r * r, r) + Vector256<float>.One;
        return (series.AsInt32() + (rounded.AsInt32() << FractionBits)).AsSingle();
    }

    /// <summary>ln x.</summary>
    /// <param name="x">Positive numbers that are neither subnormal nor infinite; of others the answer means nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        Vector256<int> exponent = (x.AsInt32() - Vector256.Create(FirstMantissa)) >> FractionBits;
        Vector256<float> n = Vector256.ConvertToSingle(exponent), r = (x.AsInt32() - (exponent << FractionBits)).AsSingle() - Vector256<float>.One, square = r * r;
        Vector256<float> series = Vector256.Create(7.0376836292e-2f);
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(-1.1514610310e-1f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(1.1676998740e-1f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(-1.2420140846e-1f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(1.4249322787e-1f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(-1.6668057665e-1f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(2.0000714765e-1f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(-2.4999993993e-1f));
        series = Vector256.FusedMultiplyAdd(series, r, Vector256.Create(3.3333331174e-1f));
        series = Vector256.FusedMultiplyAdd(n, Vector256.Create(LogOfTwoLow), series * r * square);
        return Vector256.FusedMultiplyAdd(n, Vector256.Create(LogOfTwoHigh), r + Vector256.FusedMultiplyAdd(square, Vector256.Create(-0.5f), series));
    }
}
