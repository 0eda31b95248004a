namespace SensorPipeline.Storage.Log;

/// <summary>There is no room: on the disk, in the log's own limit, or for batches that wait for either. Nothing is lost; <see cref="InputLog.Commit"/> may be tried again.</summary>
public sealed class LogFullException(string path, string fault, Exception? inner = null) : StorageException(path, fault, inner);
