namespace SensorPipeline.Streams.Results;

/// <summary>Where a reading lies in the distribution its sensor was expected to draw it from.</summary>
public enum Verdict : byte
{
    /// <summary>The sensor is too new to be judged.</summary>
    WarmingUp,

    /// <summary>Among the ordinary readings.</summary>
    Body,

    /// <summary>Unusual, yet within what the false-alarm budget allows to happen by chance.</summary>
    Tail,

    /// <summary>Outside what the false-alarm budget allows.</summary>
    Outlier,
}
