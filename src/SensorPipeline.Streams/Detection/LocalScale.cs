using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// The scale of what forecasts leave, now. Two robust scales (Student's t weights), one of a long memory and one of some ten readings, joined as
/// s² = s₁²·(s₂²/s₁²)^w: w rises from 0 to 1 as the short memory has explained the last few hundred residuals better (mean difference of their
/// log likelihoods under t₄, less 0.01 for being the more complicated), so that streams whose noise comes in bursts are measured by their
/// bursts and steady ones keep the precision of a long memory. It is learned for four sensors at a time, lane by lane. State: 32 bytes.
/// </summary>
internal struct LocalScale
{
    /// <summary>Gain of the short memory a typical interval.</summary>
    public const double FastGain = 0.1;

    private const double Nu = 4;
    private const double FastNu = 20;
    private const double FastToSlow = 0.9;
    private const float AdvantageGain = 0.005f;
    private const float AdvantageOffset = 0.01f;
    private const float AdvantagePower = 200;
    private const float NegligibleWeight = -12;
    private const double FarthestLikelihood = 1e37;
    private const double Smallest = 1e-300;

    private double slow;
    private double fast;

    /// <summary>s.</summary>
    public double Value { get; private set; }

    private float advantage;

    /// <summary>s over the scale of the long memory; 1 for steady noise.</summary>
    public float Loudness { get; private set; }

    /// <summary>A known scale to start from.</summary>
    public static LocalScale Start(double value) => new() { slow = Math.Max(Smallest, value * value), fast = Math.Max(Smallest, value * value), Value = value, Loudness = 1 };

    /// <summary>Takes in a residual of each of four scales; <see cref="Join"/> is to follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Observe(ref LocalScale a, ref LocalScale b, ref LocalScale c, ref LocalScale d, Residuals residuals, int at)
    {
        Vector256<double> square = residuals.Squares(at), floor = residuals.Floors(at), start = residuals.Starts(at);
        Vector256<double> slow = Vector256.MaxNative(Vector256.Create(a.slow, b.slow, c.slow, d.slow), floor);
        Vector256<double> fast = Vector256.MaxNative(Vector256.Create(a.fast, b.fast, c.fast, d.fast), floor);
        Vector256<double> ratio = fast / slow, ofSlow = (Nu * slow) + square, kernels = ofSlow / ((Nu * fast) + square);

        // ½·((ν+1)·ln kernels + ν·ln ratio) for ν = 4, with one logarithm.
        Vector256<double> likelihood = kernels * kernels * ratio * ratio;
        likelihood *= likelihood * kernels;
        likelihood = Vector256.MinNative(Vector256.MaxNative(likelihood, Vector256.Create(1 / FarthestLikelihood)), Vector256.Create(FarthestLikelihood));
        Vector128<float> gain = Vector128.MaxNative(Vector128.Create(AdvantageGain), Elementary.Narrow(start));
        Vector128<float> advantage = Vector128.Create(a.advantage, b.advantage, c.advantage, d.advantage);
        advantage += gain * ((0.5f * Elementary.Log(Elementary.Narrow(likelihood))) - advantage);
        (a.advantage, b.advantage, c.advantage, d.advantage) = (advantage[0], advantage[1], advantage[2], advantage[3]);
        slow = Step(slow, square, ofSlow, Nu, Vector256.MaxNative(residuals.Gains(at), start), 1);
        fast = Step(fast, square, (FastNu * fast) + square, FastNu, Vector256.MaxNative(residuals.FastGains(at), start), FastToSlow);
        (a.slow, b.slow, c.slow, d.slow) = (slow[0], slow[1], slow[2], slow[3]);
        (a.fast, b.fast, c.fast, d.fast) = (fast[0], fast[1], fast[2], fast[3]);
    }

    /// <summary>Joins the two of each of four scales to s; apart from <see cref="Observe"/>, since either is a long chain of operations that those of other lanes can go beside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join(ref LocalScale a, ref LocalScale b, ref LocalScale c, ref LocalScale d, Residuals residuals, int at)
    {
        Vector128<float> logit = AdvantagePower * (Vector128.Create(a.advantage, b.advantage, c.advantage, d.advantage) - Vector128.Create(AdvantageOffset));
        Vector128<float> isNegligible = Vector128.LessThan(logit, Vector128.Create(NegligibleWeight)), loudness = Vector128<float>.One;
        Vector256<double> slow = Vector256.Create(a.slow, b.slow, c.slow, d.slow);
        if (isNegligible.ExtractMostSignificantBits() != 0b1111)
        {
            Vector256<double> fast = Vector256.Create(a.fast, b.fast, c.fast, d.fast);
            Vector128<float> odds = Elementary.Narrow(Elementary.Exp(Elementary.Widen(Vector128.AndNot(-logit, isNegligible))));
            Vector128<float> share = 0.5f * Elementary.Log(Elementary.Narrow(fast / slow)) / (Vector128<float>.One + odds);
            loudness = Vector128.ConditionalSelect(isNegligible, loudness, Elementary.Narrow(Elementary.Exp(Elementary.Widen(share))));
        }

        Vector256<double> value = Vector256.MaxNative(Vector256.Sqrt(slow) * Elementary.Widen(loudness), Vector256.Sqrt(residuals.Floors(at)));
        (a.Loudness, b.Loudness, c.Loudness, d.Loudness) = (loudness[0], loudness[1], loudness[2], loudness[3]);
        (a.Value, b.Value, c.Value, d.Value) = (value[0], value[1], value[2], value[3]);
    }

    // The weight of a residual is (ν+1)/(ν + square/scale); its denominator comes times the scale.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Step(Vector256<double> scale, Vector256<double> square, Vector256<double> denominator, double nu, Vector256<double> gain, double factor)
    {
        Vector256<double> weighted = factor * (nu + 1) * scale * square / denominator;
        return Vector256.MaxNative(Vector256.Create(Smallest), scale + (gain * (weighted - scale)));
    }
}
