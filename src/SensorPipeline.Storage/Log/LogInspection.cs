using SensorPipeline.Storage.Disks;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Log;

/// <summary>Looks at a log without opening it, so also at that of a service that runs; and repairs one that cannot be opened.</summary>
public static class LogInspection
{
    /// <summary>Reads every segment to its end or its first fault.</summary>
    /// <exception cref="IOException">The directory or a file cannot be read.</exception>
    public static IReadOnlyList<SegmentReport> Inspect(IDisk disk)
    {
        List<Segment> segments = Segment.List(disk);
        var reports = new List<SegmentReport>(segments.Count);
        for (int i = 0; i < segments.Count; i++)
        {
            long? following = i + 1 < segments.Count ? segments[i + 1].FirstSequence : null;
            reports.Add(Inspect(disk, segments[i], following));
        }

        return reports;
    }

    /// <summary>Batches from a sequence on up to the end or the first fault; the same batch object each time.</summary>
    /// <exception cref="StorageException">Damage or a gap lies before <paramref name="sequence"/>.</exception>
    public static IEnumerable<InputBatch> ReadFrom(IDisk disk, long sequence)
    {
        var sound = new List<Segment>();
        long next = sequence;
        bool isDamaged = false;
        foreach (SegmentReport report in Inspect(disk))
        {
            long bytes = report.Fault?.Offset ?? report.Bytes;
            if (bytes >= SegmentFormat.HeaderBytes)
            {
                sound.Add(new Segment(report.FirstSequence, bytes));
            }

            next = report.NextSequence;
            if (report.Fault is { } fault)
            {
                isDamaged = !fault.IsTornTail;
                break;
            }
        }

        // A checkpoint may hold more than a sound log does: what it was written of need not have been committed.
        return next < sequence && !isDamaged ? [] : new LogReader(disk, sound, next).ReadFrom(sequence);
    }

    /// <summary>
    /// Cuts the log at its first fault and sets the rest aside, so that it can be opened. Damage that ends before <paramref name="needed"/>, the
    /// sequence of the newest checkpoint, costs nothing: everything up to it is set aside instead.
    /// </summary>
    /// <remarks>No process may have the log open.</remarks>
    /// <exception cref="StorageException">A newer version wrote the log.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static LogRepair Repair(IDisk disk, long needed = 0)
    {
        IReadOnlyList<SegmentReport> reports = Inspect(disk);
        if (reports.FirstOrDefault(report => report.Fault is { IsNewer: true }) is { } newer)
        {
            throw new StorageException(newer.Path, newer.Fault!.Reason);
        }

        var aside = new SettingAside(disk);
        int first = 0;
        for (int i = 0; i + 1 < reports.Count; i++)
        {
            if (reports[i].Fault is not null && reports[i + 1].FirstSequence <= needed)
            {
                first = i + 1;
            }
        }

        for (int i = 0; i < first; i++)
        {
            aside.Take(reports[i].FirstSequence);
        }

        return new LogRepair(aside.Files, Cut(aside, [.. reports.Skip(first)]));
    }

    private static long Cut(SettingAside aside, SegmentReport[] reports)
    {
        int bad = Array.FindIndex(reports, report => report.Fault is not null);
        for (int i = reports.Length - 1; bad >= 0 && i > bad; i--)
        {
            aside.Take(reports[i].FirstSequence);
        }

        if (bad >= 0)
        {
            aside.TakeTail(reports[bad]);
            return reports[bad].NextSequence;
        }

        return reports.Length > 0 ? reports[^1].NextSequence : 0;
    }

    private static SegmentReport Inspect(IDisk disk, Segment segment, long? following)
    {
        using IDiskFile file = disk.Open(segment.Name, write: false);
        string path = disk.PathOf(segment.Name);
        if (segment.HeaderFault(file, out bool newer) is { } headerFault)
        {
            bool unborn = !newer && following is null && segment.Bytes <= SegmentFormat.HeaderBytes;
            return new SegmentReport(path, segment.FirstSequence, segment.FirstSequence, 0, segment.Bytes, new SegmentFault(0, headerFault, unborn, newer));
        }

        var reader = new SegmentReader(file, segment.FirstSequence, segment.Bytes);
        long records = 0;
        while (reader.Read())
        {
            records++;
        }

        return new SegmentReport(path, segment.FirstSequence, reader.NextSequence, records, segment.Bytes, FaultOf(file, segment, reader, following));
    }

    private static SegmentFault? FaultOf(IDiskFile file, Segment segment, SegmentReader reader, long? following)
    {
        if (reader.Fault is { } fault)
        {
            bool torn = !reader.IsNewer && following is null && !TornTail.IsPromised(file, reader.Offset, segment.Bytes, reader.NextSequence);
            return new SegmentFault(reader.Offset, fault, torn, reader.IsNewer);
        }

        return following is { } next && next != reader.NextSequence
            ? new SegmentFault(reader.Offset, $"inputs {reader.NextSequence} to {next - 1} are missing", IsTornTail: false, IsNewer: false)
            : null;
    }
}
