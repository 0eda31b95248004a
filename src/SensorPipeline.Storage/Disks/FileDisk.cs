namespace SensorPipeline.Storage.Disks;

/// <summary>A directory of the real file system.</summary>
public sealed class FileDisk(string directory) : IDisk
{
    /// <inheritdoc/>
    public IReadOnlyList<string> List() => Guard(directory, () => Array.ConvertAll(Directory.GetFiles(directory), Path.GetFileName))!;

    /// <inheritdoc/>
    public IDiskFile Create(string name) => Open(name, FileMode.CreateNew, FileAccess.ReadWrite);

    /// <inheritdoc/>
    public IDiskFile Open(string name, bool write) => Open(name, FileMode.Open, write ? FileAccess.ReadWrite : FileAccess.Read);

    /// <inheritdoc/>
    public void Rename(string name, string newName) => Guard(PathOf(name), () => File.Move(PathOf(name), PathOf(newName), overwrite: true));

    /// <inheritdoc/>
    public void Delete(string name) => Guard(PathOf(name), () => File.Delete(PathOf(name)));

    /// <inheritdoc/>
    public void SyncDirectory()
    {
        if (!NativeSync.Directory(directory))
        {
            throw new IOException($"{directory}: the directory could not be synchronised");
        }
    }

    /// <inheritdoc/>
    public string PathOf(string name) => Path.Combine(directory, name);

    private FileDiskFile Open(string name, FileMode mode, FileAccess access)
    {
        string path = PathOf(name);
        return Guard(path, () => new FileDiskFile(path, File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete)));
    }

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException($"{path}: access denied", denied);
        }
        catch (IOException full) when (FileDiskFile.IsFull(full))
        {
            throw new DiskFullException(path, full);
        }
    }

    private static void Guard(string path, Action action) => Guard(path, () =>
    {
        action();
        return true;
    });
}
