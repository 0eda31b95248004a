namespace SensorPipeline.Worker.Pipeline;

/// <summary>The address of page and metrics is taken. The message is for the user.</summary>
internal sealed class AddressInUseException(string message, Exception inner) : Exception(message, inner);
