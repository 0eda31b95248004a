namespace SensorPipeline.Streams.Sensors;

/// <summary>What there is to tell of a reading.</summary>
[Flags]
internal enum News : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It stands out.</summary>
    Outlier = 1,

    /// <summary>With it a change is evident.</summary>
    Change = 2,

    /// <summary>It settles that the outlier before was a shift of the level.</summary>
    Settled = 4,

    /// <summary>The sensor has become stuck, or is stuck no longer.</summary>
    Stuck = 8,
}
