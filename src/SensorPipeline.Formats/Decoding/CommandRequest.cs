namespace SensorPipeline.Formats.Decoding;

/// <summary>A message that a format asks to be published with quality of service 0, not retained.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Payload">Its payload.</param>
public sealed record CommandRequest(string Topic, ReadOnlyMemory<byte> Payload);
