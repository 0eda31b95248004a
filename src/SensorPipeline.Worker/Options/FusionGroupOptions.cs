namespace SensorPipeline.Worker.Options;

/// <summary>Sensors that measure one quantity.</summary>
public sealed record FusionGroupOptions : GroupOptions;
