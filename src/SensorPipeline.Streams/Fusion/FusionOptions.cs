using SensorPipeline.Streams.Frames;

namespace SensorPipeline.Streams.Fusion;

/// <summary>Sensors that measure one quantity.</summary>
public sealed record FusionOptions : GroupOptions
{
    /// <inheritdoc/>
    internal override bool HearsOfSilence => true;
}
