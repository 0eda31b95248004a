namespace SensorPipeline.Formats.Sources;

/// <summary>What is wrong with the configuration of a source.</summary>
/// <param name="Key">Where, as a configuration path: <c>Sources[1]:Channels[0]:Path</c>.</param>
/// <param name="Problem">What was found and what is expected, in one sentence that follows the key.</param>
public sealed record SourceFault(string Key, string Problem)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key} {Problem}";
}
