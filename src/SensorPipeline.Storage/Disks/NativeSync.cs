using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SensorPipeline.Storage.Disks;

/// <summary>
/// Synchronisation by the system's own calls. The runtime's FileStream.Flush(true) and RandomAccess.FlushToDisk return normally
/// when fsync fails (.NET 10.0), and it cannot open a directory. Only the return code is judged: errno is not reliable
/// across the first call of a native function.
/// </summary>
internal static partial class NativeSync
{
    private const int ReadOnly = 0;
    private const int DontNeed = 4;

    /// <summary>Makes a file's content, and the length needed to read it, durable.</summary>
    public static bool File(SafeFileHandle file) =>
        OperatingSystem.IsWindows() ? FlushFileBuffers(file) : (OperatingSystem.IsLinux() ? DataSync(file) : Sync(file)) == 0;

    /// <summary>Makes a directory's names durable; Windows does so by itself.</summary>
    public static bool Directory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        int directory = Open(path, ReadOnly);
        if (directory < 0)
        {
            return false;
        }

        bool synchronised = Sync(directory) == 0;
        return Close(directory) == 0 && synchronised;
    }

    /// <summary>Lets the system forget clean pages of a file. It is advice: no failure matters.</summary>
    public static void DropCache(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(file, 0, 0, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    private static partial int DataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, nint offset, nint length, int advice);

    [LibraryImport("kernel32", SetLastError = false)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);
}
