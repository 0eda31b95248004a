namespace SensorPipeline.Worker.Bench;

/// <summary>One row: what it is called, and how its cost is taken once.</summary>
internal sealed record Measurement(string Name, Func<CancellationToken, Task<Cost>> TakeAsync);
