using System.Globalization;
using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Log;

/// <summary>Takes segments, or their tails, out of a log into files of other names. Each step is durable before the next.</summary>
internal sealed class SettingAside(IDisk disk)
{
    private const int ChunkBytes = 1 << 20;

    private readonly List<string> files = [];

    public IReadOnlyList<string> Files => files;

    public void Take(long firstSequence)
    {
        string name = SegmentFormat.Name(firstSequence);
        disk.Rename(name, Unused(name));
        disk.SyncDirectory();
    }

    /// <summary>Takes what follows the last sound record.</summary>
    public void TakeTail(SegmentReport report)
    {
        long offset = report.Fault!.Offset;
        if (offset < SegmentFormat.HeaderBytes)
        {
            Take(report.FirstSequence);
            return;
        }

        string name = SegmentFormat.Name(report.FirstSequence);
        using IDiskFile segment = disk.Open(name, write: true);
        if (segment.Length == offset)
        {
            return;
        }

        using (IDiskFile aside = disk.Create(Unused(name)))
        {
            Copy(segment, offset, aside);
            aside.Sync();
        }

        disk.SyncDirectory();
        segment.SetLength(offset);
        segment.Sync();
    }

    private static void Copy(IDiskFile source, long offset, IDiskFile target)
    {
        byte[] chunk = new byte[ChunkBytes];
        for (long copied = 0; source.Read(offset + copied, chunk) is > 0 and int count; copied += count)
        {
            target.Write(copied, chunk.AsSpan(0, count));
        }
    }

    /// <summary>A name that an earlier repair has not taken.</summary>
    private string Unused(string name)
    {
        IReadOnlyList<string> taken = disk.List();
        for (int number = 1; ; number++)
        {
            string candidate = string.Create(CultureInfo.InvariantCulture, $"{name}.aside-{number}");
            if (!taken.Contains(candidate))
            {
                files.Add(disk.PathOf(candidate));
                return candidate;
            }
        }
    }
}
