namespace SensorPipeline.Streams.Joint;

/// <summary>
/// What a member's predictions have been wrong by: the running mean b of their errors, over some sixteen, which the next prediction is corrected by,
/// and the factor κ their standard deviation must have so that nine in ten errors lie within 1.645 of it, as they would of a Gaussian:
/// ln κ ← ln κ + γ([|e − b| &gt; 1.645 κσ] − 0.1). That finds it whatever the law of the errors and however it drifts, and no reading can move it by
/// more than a step. γ falls from 0.2 to 0.05. State: 24 bytes.
/// </summary>
/// <remarks>Reference: Gibbs and Candès, Adaptive conformal inference under distribution shift (2021).</remarks>
internal readonly record struct PredictionError(double Bias, double LogScale, int Count)
{
    private const double Within = 1.6448536269514722;
    private const double Outside = 0.1;
    private const double FirstStep = 0.2;
    private const double LastStep = 0.05;
    private const double BiasGain = 1.0 / 16;

    /// <summary>κ.</summary>
    public double Scale => Math.Exp(LogScale);

    /// <summary>After a reading that was <paramref name="error"/> above its uncorrected prediction of the given standard deviation.</summary>
    public PredictionError Observe(double error, double standardDeviation)
    {
        double step = Math.Max(LastStep, FirstStep / Math.Sqrt(Count + 1));
        double missed = Math.Abs(error - Bias) > Within * Scale * standardDeviation ? 1 : 0;
        return new(Bias + (BiasGain * (error - Bias)), LogScale + (step * (missed - Outside)), Math.Min(Count + 1, 1 << 20));
    }
}
