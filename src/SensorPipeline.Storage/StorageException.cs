namespace SensorPipeline.Storage;

/// <summary>Storage cannot do what it promises. The message is one line for the operator and names the path.</summary>
public class StorageException : IOException
{
    /// <summary>A fault of the file or directory <paramref name="path"/>.</summary>
    public StorageException(string path, string fault, Exception? inner = null)
        : base($"{path}: {fault}", inner) => Path = path;

    /// <summary>The file or directory that is at fault.</summary>
    public string Path { get; }
}
