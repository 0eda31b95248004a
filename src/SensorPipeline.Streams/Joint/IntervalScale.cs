namespace SensorPipeline.Streams.Joint;

/// <summary>
/// By what a predicted standard deviation must be multiplied so that nine in ten readings fall within 1.645 of it, as they would of a Gaussian:
/// ln κ ← ln κ + γ([|z| &gt; 1.645 κ] − 0.1), which finds it whatever the law of z and however it drifts, and of which no reading can move more than
/// a step. γ falls from 0.2 to 0.02. State: 16 bytes.
/// </summary>
/// <remarks>Reference: Gibbs and Candès, Adaptive conformal inference under distribution shift (2021).</remarks>
internal readonly record struct IntervalScale(double LogScale, int Count)
{
    private const double Within = 1.6448536269514722;
    private const double Outside = 0.1;
    private const double FirstStep = 0.2;
    private const double LastStep = 0.02;
    private const int StepsToSettle = 50;

    /// <summary>κ.</summary>
    public double Value => Math.Exp(LogScale);

    /// <summary>After a reading <paramref name="score"/> predicted standard deviations from its prediction.</summary>
    public IntervalScale Observe(double score)
    {
        double step = Math.Max(LastStep, FirstStep * StepsToSettle / (StepsToSettle + (10.0 * Count)));
        double missed = Math.Abs(score) > Within * Value ? 1 : 0;
        return new(LogScale + (step * (missed - Outside)), Math.Min(Count + 1, 1 << 20));
    }
}
