namespace SensorPipeline.Mqtt;

/// <summary>
/// Stands for everything delivered on one connection up to a point. <see cref="IMqttTransport.Acknowledge"/> takes it back once the
/// messages are safe. A receipt dies with its connection: the broker sends again what was not acknowledged.
/// </summary>
/// <param name="Epoch">The connection, counted from 1.</param>
/// <param name="Position">How many messages that want an acknowledgement had arrived on that connection.</param>
public readonly record struct Receipt(long Epoch, long Position);
