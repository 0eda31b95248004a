namespace SensorPipeline.Streams.Detection;

/// <summary>What a forecast left, for the local scale to learn.</summary>
/// <param name="Square">Its square.</param>
/// <param name="Gain">Gain of the long memory over the time since the reading before.</param>
/// <param name="FastGain">That of the short one.</param>
/// <param name="Start">Least gain: while few readings were seen each counts the same.</param>
/// <param name="Floor">Least square to answer: the variance of rounding.</param>
public readonly record struct Residual(double Square, double Gain, double FastGain, double Start, double Floor)
{
    /// <summary>Whether there is anything to learn.</summary>
    public bool IsSome => Start > 0;
}
