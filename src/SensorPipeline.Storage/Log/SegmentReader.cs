using SensorPipeline.Storage.Disks;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Log;

/// <summary>
/// Walks the records of a segment with large reads. Nothing read is trusted before its checksum was compared; memory is bounded by
/// <see cref="RecordHeader.MaximumBytes"/> whatever a file claims.
/// </summary>
internal sealed class SegmentReader(IDiskFile file, long firstSequence, long length)
{
    private const int ReadAhead = 1 << 20;

    private byte[] buffer = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(length, RecordHeader.Size, ReadAhead));
    private int start;
    private int end;
    private int current;

    /// <summary>Where the next record begins: behind the last sound one.</summary>
    public long Offset { get; private set; } = SegmentFormat.HeaderBytes;

    /// <summary>The sequence the next record must begin with.</summary>
    public long NextSequence { get; private set; } = firstSequence;

    /// <summary>The record that <see cref="Read"/> found.</summary>
    public RecordHeader Header { get; private set; }

    /// <summary>Why <see cref="Read"/> ended before the end of the segment; null where it did not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether the fault is a sound record of a format this build does not know.</summary>
    public bool IsNewer { get; private set; }

    /// <summary>The inputs of the current record.</summary>
    public ReadOnlySpan<Input> Inputs => Header.InputsOf(buffer.AsSpan(current));

    /// <summary>The text of the current record.</summary>
    public ReadOnlySpan<byte> Text => Header.TextOf(buffer.AsSpan(current));

    /// <summary>Moves on to the next record; false at the end and at a fault.</summary>
    public bool Read()
    {
        if (Fault is not null || Offset == length)
        {
            return false;
        }

        if (!Fill(RecordHeader.Size))
        {
            return Stop("the record is cut off");
        }

        RecordHeader header = RecordHeader.Read(buffer.AsSpan(start));
        if (header.Bytes is < RecordHeader.Size or > RecordHeader.MaximumBytes)
        {
            return Stop("the record's length is impossible");
        }

        return !Fill(header.Bytes) ? Stop("the record is cut off") : Accept(header);
    }

    private bool Accept(in RecordHeader header)
    {
        if (Crc32C.Compute(buffer.AsSpan(start + sizeof(uint), header.Bytes - sizeof(uint))) != header.Checksum)
        {
            return Stop("the record's checksum does not match");
        }

        if (header.Version > RecordHeader.CurrentVersion)
        {
            IsNewer = true;
            return Stop($"a record written by a newer version (format {header.Version}; this build reads up to {RecordHeader.CurrentVersion})");
        }

        if (!header.IsPlausible || header.FirstSequence != NextSequence)
        {
            return Stop($"the record is out of sequence (begins at {header.FirstSequence}, {NextSequence} expected)");
        }

        Header = header;
        current = start;
        start += header.Bytes;
        Offset += header.Bytes;
        NextSequence = header.NextSequence;
        return true;
    }

    private bool Stop(string fault)
    {
        Fault = fault;
        return false;
    }

    /// <summary>Makes sure that so many bytes from <see cref="Offset"/> on are in the buffer; false where the segment ends before.</summary>
    private bool Fill(int count)
    {
        if (end - start >= count)
        {
            return true;
        }

        if (length - Offset < count)
        {
            return false;
        }

        int kept = end - start;
        byte[] target = count > buffer.Length ? GC.AllocateUninitializedArray<byte>(count) : buffer;
        Buffer.BlockCopy(buffer, start, target, 0, kept);
        buffer = target;
        start = 0;
        int wanted = (int)Math.Min(buffer.Length - kept, length - Offset - kept);
        end = kept + file.Read(Offset + kept, buffer.AsSpan(kept, wanted));
        return end >= count;
    }
}
