namespace SensorPipeline.Formats.Results;

/// <summary>What became of an edit of the configuration of a running service.</summary>
public enum ReloadResult
{
    /// <summary>It is in force, apart from what takes effect after a restart.</summary>
    Applied,

    /// <summary>It is at fault, and the former stays in force.</summary>
    Refused,
}
