namespace SensorPipeline.Mqtt.Broker;

/// <summary>A message the broker keeps for someone.</summary>
internal sealed record BrokerMessage(byte[] Topic, byte[] Payload, byte[] Properties, int Qos, bool Retain);
