using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Forecasts the next reading by four exponential averages of gains between a long memory's and 1 (the last reading itself), each taking a reading
/// at most 2.5 scales away, so that an outlier moves them little. They are mixed by how well each did lately: weight ∝ D⁻¹⁶ with D the average of its robust squared
/// errors over some 67 readings, which is the likelihood of 32 normal errors whose variance is unknown. Faster levels are kept as
/// differences from the slowest. State: 44 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct ForecastBank
{
    private const float Clip = 2.5f;
    private const float LossGain = 0.015f;
    private const float Nu = 4;
    private const float FarthestSquare = 1e12f;
    private const float LeastLoss = 1e-12f;
    private const float NegligibleRatio = 0.01f;
    private const double MiddleGain = 0.03;
    private const double FastGain = 0.2;

    private double slowest;
    private Lanes offsets;
    private Lanes losses;
    private int readings;

    /// <summary>How many readings the levels rest on since they were last set.</summary>
    public readonly int Readings => readings;

    /// <summary>The average of the longest memory.</summary>
    public readonly double SlowestLevel => slowest;

    /// <summary>All levels at one value worth so many readings.</summary>
    public static ForecastBank Start(double level, int readings)
    {
        var bank = new ForecastBank { slowest = level, readings = readings };
        bank.losses.Vector = Vector128<float>.One;
        return bank;
    }

    /// <summary>What the next reading is expected to be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Forecast()
    {
        // Losses are in squares of the scale at their time, so floats hold them; the least one has weight 1.
        Vector128<float> loss = losses.Vector, least = Vector128.MinNative(loss, Vector128.Shuffle(loss, Vector128.Create(2, 3, 0, 1)));
        least = Vector128.MinNative(least, Vector128.Shuffle(least, Vector128.Create(1, 0, 3, 2)));
        Vector128<float> weights = Vector128.MaxNative(least / loss, Vector128.Create(NegligibleRatio));
        weights *= weights;
        weights *= weights;
        weights *= weights;
        weights *= weights;
        return slowest + (Vector128.Sum(weights * offsets.Vector) / Vector128.Sum(weights));
    }

    /// <summary>A gain of γ a typical interval is kγ/(1 + (k−1)γ) over k of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Gain(double gain, double elapsed) => elapsed == 1 ? gain : elapsed * gain / (1 + ((elapsed - 1) * gain));

    /// <summary>Takes in a reading.</summary>
    /// <param name="x">The reading.</param>
    /// <param name="scale">Scale of what forecasts leave.</param>
    /// <param name="elapsed">Time since the reading before, in typical intervals.</param>
    /// <param name="gain">Gain of the longest memory over that time.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Observe(double x, float scale, double elapsed, double gain)
    {
        readings = readings < int.MaxValue ? readings + 1 : readings;
        float share = 1f / readings;
        Vector128<float> error = Vector128.Create((float)(x - slowest)) - offsets.Vector;
        Vector128<float> relative = error * Vector128.Create(1 / scale);
        Vector128<float> square = Vector128.MinNative(relative * relative, Vector128.Create(FarthestSquare));
        Vector128<float> loss = Vector128.Create(Nu + 1) * square / (Vector128.Create(Nu) + square);
        Vector128<float> former = losses.Vector;
        losses.Vector = Vector128.MaxNative(former + (Vector128.Create(float.MaxNative(LossGain, share)) * (loss - former)), Vector128.Create(LeastLoss));

        // After a start every reading counts the same until the memory is full.
        Vector128<float> gains = elapsed == 1
            ? Vector128.Create((float)gain, (float)MiddleGain, (float)FastGain, 1)
            : Vector128.Create((float)gain, (float)Gain(MiddleGain, elapsed), (float)Gain(FastGain, elapsed), 1);
        gains = Vector128.MaxNative(gains, Vector128.Create(share));
        float limit = Clip * scale;
        Vector128<float> steps = gains * Vector128.MaxNative(Vector128.MinNative(error, Vector128.Create(limit)), Vector128.Create(-limit));
        float first = steps.ToScalar();
        slowest += first;
        offsets.Vector += steps - Vector128.Create(first);
    }
}
