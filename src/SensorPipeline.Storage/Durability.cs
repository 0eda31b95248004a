namespace SensorPipeline.Storage;

/// <summary>What an acknowledged input has survived.</summary>
public enum Durability
{
    /// <summary>A power cut: inputs are synchronised to the medium before they are acknowledged.</summary>
    Durable,

    /// <summary>The end of the process: inputs are handed to the operating system; a power cut loses what it had not written yet.</summary>
    Relaxed,

    /// <summary>Nothing: no input log is kept.</summary>
    None,
}
