namespace SensorPipeline.Streams.Sensors;

/// <summary>A sensor that entered the graph, and when.</summary>
public readonly record struct AddedSensor(long Sequence, int Sensor);
