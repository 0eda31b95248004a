namespace SensorPipeline.Worker.Telemetry;

/// <summary>One thing that has to be in order.</summary>
/// <param name="Name">What, in one word: <c>broker</c>, <c>storage</c>, <c>pipeline</c>.</param>
/// <param name="Ok">Whether it is in order.</param>
/// <param name="Detail">How it is, in a few words. Anyone who reaches the port can read it: nothing of the configuration belongs in it.</param>
public readonly record struct HealthCheck(string Name, bool Ok, string Detail);
