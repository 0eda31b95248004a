namespace SensorPipeline.Worker.Replay;

/// <summary>Recorded readings that cannot be replayed: no usable header, or a bad row where none is tolerated. The message is for the user.</summary>
public sealed class BadInputException(string message) : Exception(message);
