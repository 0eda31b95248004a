namespace SensorPipeline.Streams.Detection;

/// <summary>How far out a reading is.</summary>
/// <param name="TailProbability">Two-sided, calibrated on the stream's own tails; NaN while unknown.</param>
/// <param name="Normal">The reading as a standard normal would show it, for sequential tests.</param>
public readonly record struct Score(double TailProbability, double Normal)
{
    /// <summary>No score: too little is known.</summary>
    public static Score Unknown => new(double.NaN, double.NaN);

    /// <summary>Nothing to be judged by: as ordinary as can be.</summary>
    public static Score Ordinary => new(1, 0);
}
