using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Detection;

/// <summary>A level that took another's place.</summary>
/// <param name="Began">Event time of the first reading at it.</param>
/// <param name="Level">Mean of the readings since.</param>
/// <param name="Readings">How many there were.</param>
internal readonly record struct LevelChange(EventTime Began, double Level, int Readings);
