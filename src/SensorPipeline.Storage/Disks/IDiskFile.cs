namespace SensorPipeline.Storage.Disks;

/// <summary>An open file. Not for several threads at once, but several may have the same file open.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Reads up to a span's length and returns how many bytes were there; fewer only at the end of the file.</summary>
    int Read(long offset, Span<byte> bytes);

    /// <summary>Writes all bytes.</summary>
    /// <exception cref="DiskFullException">There is no room; some of the bytes may have been written.</exception>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file, or extends it by zeros.</summary>
    void SetLength(long length);

    /// <summary>
    /// Makes the content durable. After a failure the file is not to be trusted: what was not written may be lost although a
    /// second attempt succeeds.
    /// </summary>
    void Sync();

    /// <summary>Makes further reads come from the medium, not from memory that an earlier failed <see cref="Sync"/> left behind.</summary>
    void DropCache();
}
