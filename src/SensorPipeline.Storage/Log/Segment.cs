using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Log;

/// <summary>A segment on disk: the sequence it begins with and its length.</summary>
internal readonly record struct Segment(long FirstSequence, long Bytes)
{
    public string Name => SegmentFormat.Name(FirstSequence);

    /// <summary>Every segment of a directory, in order of sequence.</summary>
    public static List<Segment> List(IDisk disk)
    {
        var segments = new List<Segment>();
        foreach (string name in disk.List())
        {
            if (SegmentFormat.TryParseName(name, out long firstSequence))
            {
                using IDiskFile file = disk.Open(name, write: false);
                segments.Add(new Segment(firstSequence, file.Length));
            }
        }

        segments.Sort((left, right) => left.FirstSequence.CompareTo(right.FirstSequence));
        return segments;
    }

    /// <summary>What is wrong with the segment's first bytes, or null.</summary>
    public string? HeaderFault(IDiskFile file, out bool newer)
    {
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderBytes];
        return SegmentFormat.FaultOf(header[..file.Read(0, header)], FirstSequence, out newer);
    }
}
