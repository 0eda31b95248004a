using Microsoft.Win32.SafeHandles;

namespace SensorPipeline.Storage.Disks;

internal sealed class FileDiskFile(string path, SafeFileHandle handle) : IDiskFile
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public long Length => RandomAccess.GetLength(handle);

    /// <summary>The runtime passes the system's own number on.</summary>
    public static bool IsFull(IOException fault) =>
        fault.HResult is WindowsDiskFull || (!OperatingSystem.IsWindows() && fault.HResult is NoSpace or QuotaExceeded);

    public int Read(long offset, Span<byte> bytes)
    {
        int total = 0;
        while (total < bytes.Length)
        {
            int count = RandomAccess.Read(handle, bytes[total..], offset + total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (IOException full) when (IsFull(full))
        {
            throw new DiskFullException(path, full);
        }
    }

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Sync()
    {
        if (!NativeSync.File(handle))
        {
            throw new IOException($"{path}: the file could not be synchronised");
        }
    }

    public void DropCache() => NativeSync.DropCache(handle);

    public void Dispose() => handle.Dispose();
}
