namespace SensorPipeline.Formats.Results;

/// <summary>How consistent a fused group is: of so many frames, the share whose normalised innovation squared lay inside its 95 % band.</summary>
public readonly record struct GroupCoverage(string Group, double Coverage, long Frames);
