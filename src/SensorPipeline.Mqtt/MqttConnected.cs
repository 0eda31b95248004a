namespace SensorPipeline.Mqtt;

/// <summary>A connection has been accepted by the broker.</summary>
/// <param name="Epoch">The connection, counted from 1; receipts carry it.</param>
/// <param name="SessionPresent">Whether the broker kept the session. If not, messages may be missing since the last connection.</param>
/// <param name="ProtocolVersion">The protocol spoken.</param>
/// <param name="Limits">What the server can do.</param>
public readonly record struct MqttConnected(long Epoch, bool SessionPresent, MqttProtocolVersion ProtocolVersion, MqttServerLimits Limits);
