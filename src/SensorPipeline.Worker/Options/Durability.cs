namespace SensorPipeline.Worker.Options;

/// <summary>What is promised about readings that were acknowledged.</summary>
public enum Durability
{
    /// <summary>On disk before they are acknowledged: a power cut loses and repeats none.</summary>
    Durable,

    /// <summary>Acknowledged once processed; a crash loses what came after the last checkpoint.</summary>
    Relaxed,

    /// <summary>Nothing is kept on disk; every start is the first.</summary>
    None,
}
