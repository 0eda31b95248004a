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
        DropUnbornSegment();
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

    /// <summary>A segment that a crash caught before its header was durable never held a record.</summary>
    private void DropUnbornSegment()
    {
        if (segments.Count == 0 || segments[^1].Bytes > SegmentFormat.HeaderBytes)
        {
            return;
        }

        Segment last = segments[^1];
        using (IDiskFile file = disk.Open(last.Name, write: false))
        {
            if (last.HeaderFault(file, out bool newer) is null || newer)
            {
                return;
            }
        }

        disk.Delete(last.Name);
        disk.SyncDirectory();
        segments.RemoveAt(segments.Count - 1);
        Report = Report with { CutPath = disk.PathOf(last.Name), CutBytes = last.Bytes, CutReason = "the segment had no header yet" };
        if (segments.Count > 0)
        {
            return;
        }

        // A log whose first segment was never born goes on where that would have begun.
        NextSequence = last.FirstSequence;
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
            if (last.HeaderFault(file, out bool newer) is { } fault)
            {
                string path = disk.PathOf(last.Name);
                throw newer ? new StorageException(path, fault) : new LogDamagedException(path, 0, fault);
            }

            long end = FindEnd(file, last);
            Active = SegmentWriter.Resume(file, last with { Bytes = end });
        }
        catch
        {
            file.Dispose();
            throw;
        }
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
        foreach (Segment segment in Segment.List(disk))
        {
            disk.Delete(segment.Name);
            disk.SyncDirectory();
        }

        bool hadLog = Active is not null;
        Report = Report with { BehindCheckpointAt = hadLog ? NextSequence : null };
        segments.Clear();
        Active = null;
        NextSequence = sequence;
    }
}
