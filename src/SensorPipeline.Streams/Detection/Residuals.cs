using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// What forecasts of different sensors left, for local scales and correlations to be learned eight at a time, in columns. By itself each would wait for its own logarithms, quotients and roots. What stands in unused
/// lanes does no harm.
/// </summary>
public sealed class Residuals
{
    /// <summary>Residuals it has room for.</summary>
    public const int Room = 16;

    private const int StartingReadings = 16;
    private const double Nu = 4;
    private const double FastNu = 20;
    private const double FastToSlow = 0.9;
    private const float AdvantageGain = 0.005f;
    private const float AdvantageOffset = 0.01f;
    private const float AdvantagePower = 200;
    private const float NegligibleWeight = -12;
    private const double FarthestRatio = 1e37;
    private const float CorrelationGain = 0.002f;
    private const float ErrorClip = 3;
    private const float CorrelationMemory = 500;
    private const float CorrelationWarmUp = 100;
    private const float MostCorrelation = 0.98f;

    private readonly double[] doubles = new double[Room * Enum.GetValues<Wide>().Length];
    private readonly float[] singles = new float[Room * Enum.GetValues<Narrow>().Length];

    /// <summary>How many it holds.</summary>
    public int Count { get; private set; }

    /// <summary>A scale after <see cref="Learn"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal LocalScale ScaleOf(int at)
    {
        ref double wide = ref Doubles(at);
        ref float narrow = ref Singles(at);
        return new(In(ref wide, Wide.Slow), In(ref wide, Wide.Fast), In(ref wide, Wide.Value), In(ref narrow, Narrow.Advantage), In(ref narrow, Narrow.Loudness));
    }

    /// <summary>A correlation after <see cref="Learn"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ErrorCorrelation CorrelationOf(int at)
    {
        ref float narrow = ref Singles(at);
        return new(In(ref narrow, Narrow.Product), In(ref narrow, Narrow.Square), In(ref narrow, Narrow.Error), In(ref narrow, Narrow.Coefficient));
    }

    /// <summary>Adds one.</summary>
    /// <param name="residual">What the forecast left.</param>
    /// <param name="error">What the forecasts of the bank left; 0 where that says nothing.</param>
    /// <param name="unit">Scale of what forecasts leave.</param>
    /// <param name="isLast">Whether the level moves behind it, so that it says nothing of the next.</param>
    /// <param name="gain">Gain of the long memory over the time since the reading before.</param>
    /// <param name="fastGain">That of the short one.</param>
    /// <param name="readings">Readings seen: while they are few each counts the same.</param>
    /// <param name="resolution">Step between neighbouring values, 0 for a continuous sensor.</param>
    /// <param name="scale">The scale that is to learn it.</param>
    /// <param name="correlation">The correlation that is to learn it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(double residual, float error, float unit, bool isLast, double gain, double fastGain, int readings, double resolution, in LocalScale scale, in ErrorCorrelation correlation)
    {
        int at = Count++ & (Room - 1);
        ref double wide = ref Doubles(at);
        In(ref wide, Wide.Residual) = residual;
        In(ref wide, Wide.Gain) = gain;
        In(ref wide, Wide.FastGain) = fastGain;
        In(ref wide, Wide.Resolution) = resolution;
        In(ref wide, Wide.Slow) = scale.Slow;
        In(ref wide, Wide.Fast) = scale.Fast;
        ref float narrow = ref Singles(at);
        In(ref narrow, Narrow.Readings) = readings;
        In(ref narrow, Narrow.Advantage) = scale.Advantage;
        In(ref narrow, Narrow.Error) = error;
        In(ref narrow, Narrow.Unit) = unit;
        In(ref narrow, Narrow.Kept) = isLast ? 0 : 1;
        In(ref narrow, Narrow.Product) = correlation.Product;
        In(ref narrow, Narrow.Square) = correlation.Square;
        In(ref narrow, Narrow.Former) = correlation.Error;
    }

    /// <summary>Forgets them.</summary>
    public void Clear() => Count = 0;

    /// <summary>Brings scales and correlations up to date.</summary>
    [SkipLocalsInit]
    public void Learn()
    {
        for (int at = 0; at < Count; at += Vector256<float>.Count)
        {
            Compare(at);
            Correlate(at);
        }

        // Apart, since either is a long chain of operations that those of other lanes can go beside.
        for (int at = 0; at < Count; at += Vector256<float>.Count)
        {
            Join(at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Compare(int at)
    {
        ref double wide = ref Doubles(at);
        ref float narrow = ref Singles(at);
        Vector256<double> start = Start(at), otherStart = Start(at + Vector256<double>.Count);
        Vector256<float> likelihood = Vector256.Create(Observe(ref wide, start), Observe(ref Unsafe.Add(ref wide, Vector256<double>.Count), otherStart));
        Vector256<float> gain = Vector256.MaxNative(Vector256.Create(AdvantageGain), Vector256.Create(Elementary.Narrow(start), Elementary.Narrow(otherStart)));
        Vector256<float> advantage = Eight(ref narrow, Narrow.Advantage);
        advantage += gain * ((0.5f * SingleLanes.Log(likelihood)) - advantage);
        advantage.StoreUnsafe(ref In(ref narrow, Narrow.Advantage));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Correlate(int at)
    {
        ref float narrow = ref Singles(at);
        Vector256<float> unit = Eight(ref narrow, Narrow.Unit), count = Eight(ref narrow, Narrow.Readings);
        Vector256<float> perUnit = Vector256<float>.One / unit, limit = ErrorClip * unit;
        Vector256<float> error = Vector256.MinNative(Vector256.MaxNative(Eight(ref narrow, Narrow.Error), -limit), limit), relative = error * perUnit;
        Vector256<float> gain = Vector256.MaxNative(Vector256.Create(CorrelationGain), Vector256<float>.One / count);
        Vector256<float> square = Eight(ref narrow, Narrow.Square), product = Eight(ref narrow, Narrow.Product);
        square += gain * ((relative * relative) - square);
        product += gain * ((relative * Eight(ref narrow, Narrow.Former) * perUnit) - product);
        Vector256<float> coefficient = product / square, weight = Vector256.MinNative(count, Vector256.Create(CorrelationMemory));
        Vector256<float> isSure = Vector256.GreaterThan(coefficient * coefficient * weight, Vector256.Create(4f)) & Vector256.GreaterThan(count, Vector256.Create(CorrelationWarmUp));
        coefficient = Vector256.MinNative(Vector256.MaxNative(coefficient, Vector256.Create(-MostCorrelation)), Vector256.Create(MostCorrelation));
        (coefficient & isSure).StoreUnsafe(ref In(ref narrow, Narrow.Coefficient));
        square.StoreUnsafe(ref In(ref narrow, Narrow.Square));
        product.StoreUnsafe(ref In(ref narrow, Narrow.Product));
        (error * Eight(ref narrow, Narrow.Kept)).StoreUnsafe(ref In(ref narrow, Narrow.Error));
    }

    // Learns four residuals. The answer is e^((ν+1)·ln kernels + ν·ln ratio) for ν = 4: the square of by how much likelier the short memory had made them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Observe(ref double wide, Vector256<double> start)
    {
        Vector256<double> residual = Four(ref wide, Wide.Residual), square = residual * residual, floor = Floor(ref wide);
        Vector256<double> slow = Vector256.MaxNative(Four(ref wide, Wide.Slow), floor), fast = Vector256.MaxNative(Four(ref wide, Wide.Fast), floor);
        Vector256<double> ratio = fast / slow, ofSlow = (Nu * slow) + square, kernels = ofSlow / ((Nu * fast) + square);
        Vector256<double> likelihood = kernels * kernels * ratio * ratio;
        likelihood *= likelihood * kernels;
        Step(slow, square, ofSlow, Nu, Vector256.MaxNative(Four(ref wide, Wide.Gain), start), 1).StoreUnsafe(ref In(ref wide, Wide.Slow));
        Step(fast, square, (FastNu * fast) + square, FastNu, Vector256.MaxNative(Four(ref wide, Wide.FastGain), start), FastToSlow).StoreUnsafe(ref In(ref wide, Wide.Fast));
        return Within(likelihood);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Join(int at)
    {
        ref double wide = ref Doubles(at), other = ref Unsafe.Add(ref wide, Vector256<double>.Count);
        ref float narrow = ref Singles(at);
        Vector256<double> slow = Four(ref wide, Wide.Slow), otherSlow = Four(ref other, Wide.Slow);
        Vector256<float> ratio = Vector256.Create(Within(Four(ref wide, Wide.Fast) / slow), Within(Four(ref other, Wide.Fast) / otherSlow));
        Vector256<float> logit = AdvantagePower * (Eight(ref narrow, Narrow.Advantage) - Vector256.Create(AdvantageOffset));
        Vector256<float> share = 0.5f * SingleLanes.Log(ratio) / (Vector256<float>.One + SingleLanes.Exp(-logit));
        Vector256<float> loudness = SingleLanes.Exp(Vector256.AndNot(share, Vector256.LessThan(logit, Vector256.Create(NegligibleWeight))));
        loudness.StoreUnsafe(ref In(ref narrow, Narrow.Loudness));
        Answer(ref wide, slow, loudness.GetLower());
        Answer(ref other, otherSlow, loudness.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Answer(ref double wide, Vector256<double> slow, Vector128<float> loudness) =>
        Vector256.MaxNative(Vector256.Sqrt(slow) * Elementary.Widen(loudness), Vector256.Sqrt(Floor(ref wide))).StoreUnsafe(ref In(ref wide, Wide.Value));

    // Least gain: while readings are few each counts the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Start(int at)
    {
        Vector128<float> readings = Vector128.LoadUnsafe(ref In(ref Singles(at), Narrow.Readings));
        return Vector256<double>.One / (Elementary.Widen(readings) + Vector256.Create((double)StartingReadings));
    }

    // Least square to answer: the variance of rounding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Floor(ref double wide)
    {
        Vector256<double> resolution = Four(ref wide, Wide.Resolution);
        return resolution * resolution / 12;
    }

    // The weight of a residual is (ν+1)/(ν + square/scale); its denominator comes times the scale.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Step(Vector256<double> scale, Vector256<double> square, Vector256<double> denominator, double nu, Vector256<double> gain, double factor)
    {
        Vector256<double> weighted = factor * (nu + 1) * scale * square / denominator;
        return Vector256.MaxNative(Vector256.Create(LocalScale.Smallest), scale + (gain * (weighted - scale)));
    }

    // As floats that have a logarithm.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Within(Vector256<double> ratio) =>
        Elementary.Narrow(Vector256.MinNative(Vector256.MaxNative(ratio, Vector256.Create(1 / FarthestRatio)), Vector256.Create(FarthestRatio)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref double Doubles(int at) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(doubles), at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref float Singles(int at) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(singles), at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref double In(ref double row, Wide column) => ref Unsafe.Add(ref row, Room * (int)column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float In(ref float row, Narrow column) => ref Unsafe.Add(ref row, Room * (int)column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Four(ref double row, Wide column) => Vector256.LoadUnsafe(ref In(ref row, column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Eight(ref float row, Narrow column) => Vector256.LoadUnsafe(ref In(ref row, column));

    // The columns of doubles.
    private enum Wide
    {
        Residual,
        Gain,
        FastGain,
        Resolution,
        Slow,
        Fast,
        Value,
    }

    // The columns of floats.
    private enum Narrow
    {
        Readings,
        Advantage,
        Loudness,
        Error,
        Unit,
        Kept,
        Product,
        Square,
        Former,
        Coefficient,
    }
}
