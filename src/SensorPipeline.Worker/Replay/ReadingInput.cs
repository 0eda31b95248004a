namespace SensorPipeline.Worker.Replay;

/// <summary>One recording: what the user calls it, how to open it, and its length in bytes where known.</summary>
public sealed record ReadingInput(string Name, Func<Stream> Open, long? Length = null)
{
    /// <summary>A file, or standard input for <c>-</c>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ReadingInput FromPath(string path)
    {
        if (path == "-")
        {
            return new ReadingInput("standard input", Console.OpenStandardInput);
        }

        var file = new FileInfo(path);
        return file.Exists
            ? new ReadingInput(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0), file.Length)
            : throw new FileNotFoundException($"{path}: no such file", path);
    }
}
