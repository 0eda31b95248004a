using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Statistics.Tails;

/// <summary>Eight numbers that are worked on together, in two registers of four. The width is fixed, so that the result is the same on every machine of an architecture.</summary>
internal readonly struct Octet :
    IAdditionOperators<Octet, Octet, Octet>, IUnaryNegationOperators<Octet, Octet>, ISubtractionOperators<Octet, Octet, Octet>, IMultiplyOperators<Octet, Octet, Octet>, IDivisionOperators<Octet, Octet, Octet>
{
    public const int Count = 8;

    private readonly Vector256<double> low;
    private readonly Vector256<double> high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Octet(Vector256<double> low, Vector256<double> high) => (this.low, this.high) = (low, high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Octet(double all) => new(Vector256.Create(all), Vector256.Create(all));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet operator +(Octet left, Octet right) => new(left.low + right.low, left.high + right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet operator -(Octet left, Octet right) => new(left.low - right.low, left.high - right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet operator -(Octet x) => new(-x.low, -x.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet operator *(Octet left, Octet right) => new(left.low * right.low, left.high * right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet operator /(Octet left, Octet right) => new(left.low / right.low, left.high / right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet Load(ReadOnlySpan<double> numbers) => new(Vector256.Create(numbers), Vector256.Create(numbers[4..]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet Exp(Octet x) => new(Elementary.Exp(x.low), Elementary.Exp(x.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet Log(Octet x) => new(Elementary.Log(x.low), Elementary.Log(x.high));

    /// <summary><paramref name="small"/> where <paramref name="x"/> is below a limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet WhereBelow(Octet x, double limit, Octet small, Octet large) => new(
        Vector256.ConditionalSelect(Vector256.LessThan(x.low, Vector256.Create(limit)), small.low, large.low),
        Vector256.ConditionalSelect(Vector256.LessThan(x.high, Vector256.Create(limit)), small.high, large.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Octet Max(Octet left, Octet right) => new(Vector256.Max(left.low, right.low), Vector256.Max(left.high, right.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Octet x) => Vector256.Sum(x.low + x.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Greatest(Octet x)
    {
        Vector256<double> four = Vector256.Max(x.low, x.high);
        Vector128<double> two = Vector128.Max(four.GetLower(), four.GetUpper());
        return Math.Max(two[0], two[1]);
    }
}
