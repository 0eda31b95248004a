namespace SensorPipeline.Streams.Detection;

/// <summary>How far out a reading is.</summary>
/// <param name="TailProbability">Two-sided, calibrated on the stream's own tails; NaN while unknown.</param>
/// <param name="Upper">−ln of the model's probability of a larger reading.</param>
/// <param name="Lower">−ln of the model's probability of a smaller reading.</param>
/// <param name="Normal">The reading as a standard normal would show it, for sequential tests.</param>
public readonly record struct Score(double TailProbability, double Upper, double Lower, double Normal)
{
    /// <summary>No score: too little is known.</summary>
    public static Score Unknown => new(double.NaN, double.NaN, double.NaN, double.NaN);
}
