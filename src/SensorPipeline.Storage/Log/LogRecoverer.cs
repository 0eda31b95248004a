using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Log;

/// <summary>Finds the end of a log after a crash. Only the last segment can have a torn tail: every other was synchronised when it was closed.</summary>
internal sealed class LogRecoverer(IDisk disk)
{
    private readonly List<Segment> segments = Segment.List(disk);

    /// <summary>The segments before the one that goes on.</summary>
    public IReadOnlyList<Segment> Closed => segments;

    /// <summary>The segment to go on with, if there is one.</summary>
    public SegmentWriter? Active { get; private set; }

    public long NextSequence { get; private set; }

    public LogRecovery Report { get; private set; } = new();

    public void Recover(long atLeast)
    {
        disk.SyncDirectory();
        if (segments.Count > 0)
        {
            OpenLast(segments[^1]);
            segments.RemoveAt(segments.Count - 1);
        }

        if (NextSequence < atLeast)
        {
            StartAt(atLeast);
        }
    }

    private void OpenLast(Segment last)
    {
        IDiskFile file = disk.Open(last.Name, write: true);
        try
        {
            // What a process wrote and did not synchronise before it was killed is about to be trusted; what a failed
            // synchronisation left in memory is not on the disk.
            file.Sync();
            file.DropCache();
            last = last with { Bytes = file.Length };
            if (last.HeaderFault(file, out bool newer) is not { } fault)
            {
                Active = SegmentWriter.Resume(file, last with { Bytes = FindEnd(file, last) });
                return;
            }

            RefuseUnlessUnborn(last, fault, newer);
            file.Dispose();
            DropUnborn(last, fault);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void RefuseUnlessUnborn(Segment last, string fault, bool newer)
    {
        string path = disk.PathOf(last.Name);
        if (newer)
        {
            throw new StorageException(path, fault);
        }

        if (last.Bytes > SegmentFormat.HeaderBytes)
        {
            throw new LogDamagedException(path, 0, fault);
        }
    }

    /// <summary>A segment that a crash caught before its header was durable never held a record; the log goes on where it would have begun.</summary>
    private void DropUnborn(Segment last, string fault)
    {
        disk.Delete(last.Name);
        disk.SyncDirectory();
        NextSequence = last.FirstSequence;
        Report = Report with { CutPath = disk.PathOf(last.Name), CutBytes = last.Bytes, CutReason = fault };
    }

    private long FindEnd(IDiskFile file, Segment last)
    {
        var reader = new SegmentReader(file, last.FirstSequence, last.Bytes);
        while (reader.Read())
        {
        }

        NextSequence = reader.NextSequence;
        if (reader.Fault is not null)
        {
            CutTail(file, last, reader, reader.Fault);
        }

        return reader.Offset;
    }

    private void CutTail(IDiskFile file, Segment last, SegmentReader reader, string fault)
    {
        string path = disk.PathOf(last.Name);
        if (reader.IsNewer)
        {
            throw new StorageException(path, fault);
        }

        if (TornTail.IsPromised(file, reader.Offset, last.Bytes, reader.NextSequence))
        {
            throw new LogDamagedException(path, reader.Offset, fault);
        }

        // Durable before anything is written behind it: otherwise a later power cut could bring back an old record that
        // happens to continue a new one.
        file.SetLength(reader.Offset);
        file.Sync();
        Report = Report with { CutPath = path, CutOffset = reader.Offset, CutBytes = last.Bytes - reader.Offset, CutReason = fault };
    }

    private void StartAt(long sequence)
    {
        Active?.Dispose();
        Active = null;
        List<Segment> old = Segment.List(disk);
        foreach (Segment segment in old)
        {
            disk.Delete(segment.Name);
            disk.SyncDirectory();
        }

        Report = Report with { BehindCheckpointAt = old.Count > 0 ? NextSequence : null };
        segments.Clear();
        NextSequence = sequence;
    }
}
