namespace SensorPipeline.Formats.Sources;

/// <summary>How Sparkplug B is spoken.</summary>
public sealed record SparkplugOptions
{
    /// <summary>
    /// Whether to ask a node for its birth certificates when its values cannot be understood: at most once a minute and node, and after up to
    /// ten seconds of the node's own, so that a plant does not answer all at once. Default: no, since that writes into the plant.
    /// </summary>
    public bool RequestRebirth { get; init; }

    /// <summary>
    /// Whether the numbers of arrays begin with their greatest byte. Default: no, as the text of the specification says; its examples of
    /// floating-point arrays, and devices that follow them, do otherwise.
    /// </summary>
    public bool BigEndianArrays { get; init; }
}
