using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Log;

/// <summary>The segment that grows. After a write that found no room it is as it was before.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly IDiskFile file;

    private SegmentWriter(IDiskFile file, long firstSequence, long length)
    {
        this.file = file;
        FirstSequence = firstSequence;
        Length = length;
    }

    public long FirstSequence { get; }

    public long Length { get; private set; }

    /// <summary>Whether something was written that was not synchronised since.</summary>
    public bool IsDirty { get; private set; }

    public Segment Segment => new(FirstSequence, Length);

    /// <summary>Begins a segment. Its header and its name are durable before it takes a record, so a damaged header is never a torn one.</summary>
    public static SegmentWriter Create(IDisk disk, long firstSequence)
    {
        string name = SegmentFormat.Name(firstSequence);
        IDiskFile file = disk.Create(name);
        try
        {
            Span<byte> header = stackalloc byte[SegmentFormat.HeaderBytes];
            SegmentFormat.WriteHeader(header, firstSequence);
            file.Write(0, header);
            file.Sync();
            disk.SyncDirectory();
            return new SegmentWriter(file, firstSequence, header.Length);
        }
        catch (DiskFullException)
        {
            file.Dispose();
            disk.Delete(name);
            throw;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a segment whose first <see cref="Segment.Bytes"/> bytes are sound and durable and that has no others.</summary>
    public static SegmentWriter Resume(IDiskFile file, Segment segment) => new(file, segment.FirstSequence, segment.Bytes);

    public void Write(ReadOnlySpan<byte> records)
    {
        try
        {
            IsDirty = true;
            file.Write(Length, records);
            Length += records.Length;
        }
        catch (DiskFullException)
        {
            file.SetLength(Length);
            throw;
        }
    }

    public void Sync()
    {
        file.Sync();
        IsDirty = false;
    }

    public void Dispose() => file.Dispose();
}
