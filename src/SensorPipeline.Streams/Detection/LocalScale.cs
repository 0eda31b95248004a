using System.Runtime.CompilerServices;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// The scale of what forecasts leave, now. Two robust scales (Student's t weights), one of a long memory and one of some ten readings, joined as
/// s² = s₁²·(s₂²/s₁²)^w: w rises from 0 to 1 as the short memory has explained the last few hundred residuals better (mean difference of their
/// log likelihoods under t₄, less 0.01 for being the more complicated), so that streams whose noise comes in bursts are measured by their
/// bursts and steady ones keep the precision of a long memory. State: 32 bytes.
/// </summary>
internal struct LocalScale
{
    private const double Nu = 4;
    private const double FastNu = 20;
    private const double FastGain = 0.1;
    private const double FastToSlow = 0.9;
    private const double AdvantageGain = 0.005;
    private const double AdvantageOffset = 0.01;
    private const double AdvantagePower = 200;
    private const double NegligibleWeight = -12;
    private const double Smallest = 1e-300;
    private const int StartingReadings = 16;

    private double slow;
    private double fast;
    private float advantage;
    private bool isBursting;

    /// <summary>s.</summary>
    public double Value { get; private set; }

    /// <summary>s over the scale of the long memory; 1 for steady noise.</summary>
    public readonly double Loudness => isBursting ? Value / Math.Sqrt(slow) : 1;

    /// <summary>A known scale to start from.</summary>
    public static LocalScale Start(double value) => new() { slow = Math.Max(Smallest, value * value), fast = Math.Max(Smallest, value * value), Value = value };

    /// <summary>Takes in a residual.</summary>
    /// <param name="residual">What the forecast left.</param>
    /// <param name="count">Readings seen.</param>
    /// <param name="elapsed">Time since the reading before, in typical intervals.</param>
    /// <param name="gain">Gain of the long memory over that time.</param>
    /// <param name="floor">Least square to answer: the variance of rounding.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Observe(double residual, int count, double elapsed, double gain, double floor)
    {
        double square = residual * residual;
        slow = Math.Max(slow, floor);
        fast = Math.Max(fast, floor);
        double ratio = fast / slow, kernels = ((Nu * slow) + square) / ((Nu * fast) + square);

        // ½·((ν+1)·ln kernels + ν·ln ratio) for ν = 4, with one logarithm.
        double likelihood = Math.Log(kernels * kernels * Math.Sqrt(kernels) * ratio * ratio);
        double start = 1.0 / (count + StartingReadings);
        advantage += (float)(Math.Max(AdvantageGain, start) * (likelihood - advantage));
        slow = Step(slow, square, Nu, Math.Max(gain, start), 1);
        fast = Step(fast, square, FastNu, Math.Max(ForecastBank.Gain(FastGain, elapsed), start), FastToSlow);
        double logit = AdvantagePower * (advantage - AdvantageOffset);
        isBursting = logit >= NegligibleWeight;
        double joined = !isBursting ? slow : slow * Math.Exp(Math.Log(fast / slow) / (1 + Math.Exp(-logit)));
        Value = Math.Sqrt(Math.Max(joined, floor));
    }

    private static double Step(double scale, double square, double nu, double gain, double factor)
    {
        double weight = (nu + 1) / (nu + (square / scale));
        return Math.Max(Smallest, scale + (gain * ((factor * weight * square) - scale)));
    }
}
