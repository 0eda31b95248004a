namespace SensorPipeline.Storage.Tests.Disks;

/// <summary>The simulated machine went dark in the middle of an operation. No code under test may catch it.</summary>
public sealed class PowerCutException() : Exception("power cut");
