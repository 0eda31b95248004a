using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Forecasts the next reading by four exponential averages of gains between a long memory's and 1 (the last reading itself), each taking a reading
/// at most 2.5 scales away, so that an outlier moves them little. They are mixed by how well each did lately: weight ∝ D⁻¹⁶ with D the average of its robust squared
/// errors over some 67 readings, which is the likelihood of 32 normal errors whose variance is unknown. State: 56 bytes.
/// </summary>
internal struct ForecastBank
{
    private const double Clip = 2.5;
    private const float LossGain = 0.015f;
    private const double Nu = 4;
    private const double FarthestSquare = 1e12;
    private const float LeastLoss = 1e-12f;
    private const double MiddleGain = 0.03;
    private const double FastGain = 0.2;

    private Vector256<double> levels;
    private Vector128<float> losses;
    private int readings;

    /// <summary>How many readings the levels rest on since they were last set.</summary>
    public readonly int Readings => readings;

    /// <summary>The average of the longest memory.</summary>
    public readonly double SlowestLevel => levels.GetElement(0);

    /// <summary>All levels at one value worth so many readings.</summary>
    public static ForecastBank Start(double level, int readings) => new()
    {
        levels = Vector256.Create(level),
        losses = Vector128<float>.One,
        readings = readings,
    };

    /// <summary>What the next reading is expected to be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Forecast()
    {
        // Losses are in squares of the scale at their time, so floats hold them; the least one has weight 1.
        float least = Math.Min(Math.Min(losses[0], losses[1]), Math.Min(losses[2], losses[3]));
        Vector128<float> ratio = Vector128.Create(least) / losses;
        ratio *= ratio;
        ratio *= ratio;
        ratio *= ratio;
        ratio *= ratio;
        (Vector128<double> low, Vector128<double> high) = Vector128.Widen(ratio);
        Vector256<double> weights = Vector256.Create(low, high);

        // Relative to one of them, so that a large offset costs no digits.
        Vector256<double> reference = Vector256.Create(levels.GetElement(0));
        return levels.GetElement(0) + (Vector256.Sum(weights * (levels - reference)) / Vector256.Sum(weights));
    }

    /// <summary>A gain of γ a typical interval is kγ/(1 + (k−1)γ) over k of them.</summary>
    public static double Gain(double gain, double elapsed) => elapsed == 1 ? gain : elapsed * gain / (1 + ((elapsed - 1) * gain));

    /// <summary>Takes in a reading.</summary>
    /// <param name="x">The reading.</param>
    /// <param name="scale">Scale of what forecasts leave.</param>
    /// <param name="elapsed">Time since the reading before, in typical intervals.</param>
    /// <param name="slowest">Gain of the longest memory over that time.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Observe(double x, double scale, double elapsed, double slowest)
    {
        readings = readings < int.MaxValue ? readings + 1 : readings;
        Vector256<double> error = Vector256.Create(x) - levels;
        Vector256<double> relative = error * Vector256.Create(1 / scale);
        Vector256<double> square = Vector256.Min(relative * relative, Vector256.Create(FarthestSquare));
        Vector256<double> loss = Vector256.Create(Nu + 1) * square / (Vector256.Create(Nu) + square);
        float lossGain = Math.Max(LossGain, 1f / readings);
        losses += Vector128.Create(lossGain) * (Vector256.Narrow(loss, loss).GetLower() - losses);
        losses = Vector128.Max(losses, Vector128.Create(LeastLoss));

        // After a start every reading counts the same until the memory is full.
        var gains = Vector256.Create(slowest, MiddleGain, FastGain, 1);
        if (elapsed != 1)
        {
            gains = Vector256.Create(slowest, Gain(MiddleGain, elapsed), Gain(FastGain, elapsed), 1);
        }

        gains = Vector256.Max(gains, Vector256.Create(1.0 / readings));
        double limit = Clip * scale;
        levels += gains * Vector256.Max(Vector256.Min(error, Vector256.Create(limit)), Vector256.Create(-limit));
    }
}
