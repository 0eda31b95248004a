using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Special;

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
    private const float AdvantageGain = 0.005f;
    private const float AdvantageOffset = 0.01f;
    private const float AdvantagePower = 200;
    private const float NegligibleWeight = -12;
    private const double FarthestLikelihood = 1e37;
    private const double Smallest = 1e-300;
    private const int StartingReadings = 16;

    private double slow;
    private double fast;

    /// <summary>s.</summary>
    public double Value { get; private set; }

    private float advantage;

    /// <summary>s over the scale of the long memory; 1 for steady noise.</summary>
    public float Loudness { get; private set; }

    /// <summary>A known scale to start from.</summary>
    public static LocalScale Start(double value) => new() { slow = Math.Max(Smallest, value * value), fast = Math.Max(Smallest, value * value), Value = value, Loudness = 1 };

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
        slow = double.MaxNative(slow, floor);
        fast = double.MaxNative(fast, floor);
        double ratio = fast / slow, ofSlow = (Nu * slow) + square, kernels = ofSlow / ((Nu * fast) + square);

        // ½·((ν+1)·ln kernels + ν·ln ratio) for ν = 4, with one logarithm.
        double likelihood = kernels * kernels * ratio * ratio;
        likelihood *= likelihood * kernels;
        double start = 1.0 / (count + StartingReadings);
        advantage += float.MaxNative(AdvantageGain, (float)start) * ((0.5f * Elementary.Log((float)Math.Clamp(likelihood, 1 / FarthestLikelihood, FarthestLikelihood))) - advantage);
        slow = Step(slow, square, ofSlow, Nu, double.MaxNative(gain, start), 1);
        fast = Step(fast, square, (FastNu * fast) + square, FastNu, double.MaxNative(ForecastBank.Gain(FastGain, elapsed), start), FastToSlow);
    }

    /// <summary>Joins the two to s; after <see cref="Observe"/>, and apart from it, since either is a long chain of operations that other work can go beside.</summary>
    /// <param name="floor">Least square to answer: the variance of rounding.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Join(double floor)
    {
        float logit = AdvantagePower * (advantage - AdvantageOffset);
        Loudness = logit < NegligibleWeight ? 1 : (float)Elementary.Exp(0.5f * Elementary.Log((float)(fast / slow)) / (1 + (float)Elementary.Exp(-logit)));
        Value = double.MaxNative(Math.Sqrt(slow) * Loudness, Math.Sqrt(floor));
    }

    // The weight of a residual is (ν+1)/(ν + square/scale); its denominator comes times the scale.
    private static double Step(double scale, double square, double denominator, double nu, double gain, double factor)
    {
        double weighted = factor * (nu + 1) * scale * square / denominator;
        return double.MaxNative(Smallest, scale + (gain * (weighted - scale)));
    }
}
