namespace SensorPipeline.Streams.Detection;

/// <summary>
/// The scale of what forecasts leave, now. Two robust scales (Student's t weights), one of a long memory and one of some ten readings, joined as
/// s² = s₁²·(s₂²/s₁²)^w: w rises from 0 to 1 as the short memory has explained the last few hundred residuals better (mean difference of their
/// log likelihoods under t₄, less 0.01 for being the more complicated), so that streams whose noise comes in bursts are measured by their
/// bursts and steady ones keep the precision of a long memory. <see cref="Residuals"/> learn it. State: 32 bytes.
/// </summary>
/// <param name="Slow">s₁².</param>
/// <param name="Fast">s₂².</param>
/// <param name="Value">s.</param>
/// <param name="Advantage">By how much the short memory has explained residuals better.</param>
/// <param name="Loudness">s over the scale of the long memory; 1 for steady noise.</param>
internal readonly record struct LocalScale(double Slow, double Fast, double Value, float Advantage, float Loudness)
{
    /// <summary>Gain of the short memory a typical interval.</summary>
    public const double FastGain = 0.1;

    /// <summary>A square no smaller than which there is.</summary>
    public const double Smallest = 1e-300;

    /// <summary>A known scale to start from.</summary>
    public static LocalScale Start(double value) => new(Math.Max(Smallest, value * value), Math.Max(Smallest, value * value), value, 0, 1);
}
