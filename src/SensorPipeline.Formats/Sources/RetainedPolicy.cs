namespace SensorPipeline.Formats.Sources;

/// <summary>What a value is that the broker stored and replays.</summary>
public enum RetainedPolicy : byte
{
    /// <summary>Shown as the last value, kept out of the statistics.</summary>
    Seed,

    /// <summary>A reading like any other.</summary>
    Accept,

    /// <summary>Nothing.</summary>
    Ignore,
}
