namespace SensorPipeline.Storage.Log;

/// <summary>Writing or synchronising failed and the log takes no more. What was not committed must not be acknowledged; only a new process may open the log again.</summary>
public sealed class LogFailedException(string path, string fault, Exception? inner = null) : StorageException(path, fault, inner);
