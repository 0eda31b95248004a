using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage;

/// <summary>
/// The directory that holds a service's state, taken for this process alone. The system gives it back when the process ends, however
/// it ends.
/// </summary>
public sealed class StateDirectory : IDisposable
{
    private const string LockName = "lock";

    private readonly FileStream held;

    private StateDirectory(string path, FileStream held)
    {
        Path = path;
        this.held = held;
        Disk = new FileDisk(path);
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>The files in it.</summary>
    public IDisk Disk { get; }

    /// <summary>Makes the directory where it is missing, and takes it.</summary>
    /// <exception cref="StorageException">It cannot be made or written, or another process has it.</exception>
    public static StateDirectory Open(string directory)
    {
        string path = System.IO.Path.GetFullPath(directory);
        Create(path);
        FileStream held = Lock(path);
        try
        {
            ProbeWriting(path);
            return new StateDirectory(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Gives the directory back.</summary>
    public void Dispose() => held.Dispose();

    private static void Create(string path)
    {
        try
        {
            var missing = new Stack<string>();
            for (string? level = path; level is not null && !Directory.Exists(level); level = System.IO.Path.GetDirectoryName(level))
            {
                missing.Push(level);
            }

            foreach (string level in missing)
            {
                CreateLevel(level);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(path, $"the state directory cannot be made: {fault.Message}", fault);
        }
    }

    /// <summary>A directory is an entry of its parent: unless that is durable, a power cut takes everything below it.</summary>
    private static void CreateLevel(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string parent = System.IO.Path.GetDirectoryName(path)!;
        if (!NativeSync.Directory(parent))
        {
            throw new IOException($"{parent} could not be synchronised");
        }
    }

    private static FileStream Lock(string path)
    {
        string file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw NotWritable(path, denied);
        }
        catch (IOException fault) when (fault is DirectoryNotFoundException or FileNotFoundException)
        {
            throw NotWritable(path, fault);
        }
        catch (IOException fault) when (IsReadOnly(fault))
        {
            throw NotWritable(path, fault);
        }
        catch (IOException fault)
        {
            throw new StorageException(path, "the state directory is in use by another process", fault);
        }
    }

    /// <summary>A lock file left by another user may be writable where the directory is not.</summary>
    private static void ProbeWriting(string path)
    {
        try
        {
            string probe = System.IO.Path.Combine(path, "probe");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (IOException full) when (FileDiskFile.IsFull(full))
        {
            // A full disk is waited for later; it is no reason not to start.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, fault);
        }
    }

    private static bool IsReadOnly(IOException fault) => !OperatingSystem.IsWindows() && fault.HResult == 30;

    private static StorageException NotWritable(string path, Exception fault) =>
        new(path, $"the state directory cannot be written by user {Environment.UserName}: {fault.Message}", fault);
}
