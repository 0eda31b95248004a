using SensorPipeline.Storage.Disks;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Log;

/// <summary>Reads the inputs of consecutive segments and makes sure that none is missing between them.</summary>
internal sealed class LogReader(IDisk disk, IReadOnlyList<Segment> segments, long nextSequence)
{
    /// <summary>Batches from a sequence on; the same batch object each time.</summary>
    public IEnumerable<InputBatch> ReadFrom(long sequence)
    {
        if (sequence == nextSequence)
        {
            return [];
        }

        int first = FirstSegment(sequence);
        if (first < 0 || sequence > nextSequence)
        {
            long begin = segments.Count > 0 ? segments[0].FirstSequence : nextSequence;
            throw new StorageException(disk.PathOf("log"), $"input {sequence} is needed, but the log holds {begin} to {nextSequence - 1}");
        }

        return Read(first, sequence);
    }

    private int FirstSegment(long sequence)
    {
        int index = segments.Count - 1;
        while (index >= 0 && segments[index].FirstSequence > sequence)
        {
            index--;
        }

        return index;
    }

    private IEnumerable<InputBatch> Read(int firstSegment, long sequence)
    {
        var batch = new InputBatch();
        for (int i = firstSegment; i < segments.Count; i++)
        {
            Segment segment = segments[i];
            using IDiskFile file = Open(segment);
            var reader = new SegmentReader(file, segment.FirstSequence, segment.Bytes);
            while (Read(reader, segment))
            {
                if (reader.NextSequence > sequence)
                {
                    Restore(batch, reader, sequence);
                    yield return batch;
                }
            }

            long end = i + 1 < segments.Count ? segments[i + 1].FirstSequence : nextSequence;
            if (reader.NextSequence != end)
            {
                throw new LogDamagedException(disk.PathOf(segment.Name), reader.Offset, $"inputs {reader.NextSequence} to {end - 1} are missing");
            }
        }
    }

    private IDiskFile Open(Segment segment)
    {
        string path = disk.PathOf(segment.Name);
        IDiskFile? file = null;
        try
        {
            file = disk.Open(segment.Name, write: false);
            return segment.HeaderFault(file, out bool newer) is not { } fault ? file
                : throw (newer ? new StorageException(path, fault) : new LogDamagedException(path, 0, fault));
        }
        catch (IOException fault)
        {
            file?.Dispose();
            throw fault as StorageException ?? new StorageException(path, $"cannot be read: {fault.Message}", fault);
        }
    }

    private bool Read(SegmentReader reader, Segment segment)
    {
        string path = disk.PathOf(segment.Name);
        try
        {
            if (reader.Read())
            {
                return true;
            }

            return reader.Fault is not { } fault ? false
                : throw (reader.IsNewer ? new StorageException(path, fault) : new LogDamagedException(path, reader.Offset, fault));
        }
        catch (IOException fault) when (fault is not StorageException)
        {
            throw new StorageException(path, $"cannot be read at offset {reader.Offset}: {fault.Message}", fault);
        }
    }

    private static void Restore(InputBatch batch, SegmentReader reader, long sequence)
    {
        long first = reader.Header.FirstSequence;
        int skip = (int)Math.Max(0, sequence - first);
        batch.Restore(first + skip, reader.Inputs[skip..], reader.Text);
    }
}
