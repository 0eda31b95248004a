using SensorPipeline.Streams.Detection;

namespace SensorPipeline.Formats.Results;

/// <summary>One sensor's alarms.</summary>
/// <param name="Sensor">Its name.</param>
/// <param name="Realised">Alarms that were raised.</param>
public readonly record struct AuditedSensor(string Sensor, RealisedRate Realised);
