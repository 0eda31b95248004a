namespace SensorPipeline.Storage.Log;

/// <summary>Inputs that had been promised to last cannot be read. Going on would lose them in silence, so the log is not opened.</summary>
public sealed class LogDamagedException(string path, long offset, string fault) : StorageException(path, $"damaged at offset {offset}: {fault}")
{
    /// <summary>Where in the file the damage begins.</summary>
    public long Offset { get; } = offset;
}
