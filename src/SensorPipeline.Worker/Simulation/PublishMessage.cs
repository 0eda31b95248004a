namespace SensorPipeline.Worker.Simulation;

/// <summary>Takes a message of a simulated device, and completes when the next one may come; the payload is valid until then.</summary>
public delegate ValueTask PublishMessage(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
