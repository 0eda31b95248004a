namespace SensorPipeline.Storage.Tests.Disks;

/// <summary>A file's content in memory, what of it is on the medium, and the writes between the two.</summary>
public sealed class SimulatedFile
{
    private readonly List<Change> unsynced = [];
    private byte[] medium = [];

    /// <summary>What readers see.</summary>
    public byte[] Content { get; private set; } = [];

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        unsynced.Add(new Change(offset, bytes.ToArray()));
        Content = Applied(Content, offset, bytes);
    }

    public void SetLength(long length)
    {
        unsynced.Add(new Change(length, null));
        Content = Cut(Content, length);
    }

    /// <summary>Only what was written since the last attempt is brought to the medium, as a system does.</summary>
    public void Sync()
    {
        foreach (Change change in unsynced)
        {
            medium = change.Bytes is null ? Cut(medium, change.Offset) : Applied(medium, change.Offset, change.Bytes);
        }

        unsynced.Clear();
    }

    /// <summary>As Linux does it: the pages count as clean afterwards, whether they reached the medium or not.</summary>
    public void FailSync(Random random) => KeepSome(random);

    public void DropCache() => Content = unsynced.Count == 0 ? medium.ToArray() : Content;

    public void Lose(Random random)
    {
        KeepSome(random);
        Content = medium.ToArray();
    }

    public void Corrupt(int offset, byte mask)
    {
        Content[offset] ^= mask;
        medium = Content.ToArray();
    }

    private void KeepSome(Random random)
    {
        foreach (Change change in unsynced)
        {
            if (change.Bytes is null)
            {
                medium = random.Next(2) == 0 ? medium : Cut(medium, change.Offset);
            }
            else
            {
                KeepSome(random, change.Offset, change.Bytes);
            }
        }

        unsynced.Clear();
    }

    private void KeepSome(Random random, long offset, byte[] bytes)
    {
        int sector = random.Next(3) switch { 0 => 8, 1 => 512, _ => 4096 };
        int odds = random.Next(1, 5);
        for (int start = 0; start < bytes.Length; start += sector)
        {
            if (random.Next(4) < odds)
            {
                medium = Applied(medium, offset + start, bytes.AsSpan(start, Math.Min(sector, bytes.Length - start)));
            }
        }
    }

    private static byte[] Applied(byte[] content, long offset, ReadOnlySpan<byte> bytes)
    {
        byte[] result = content.Length < offset + bytes.Length ? Cut(content, offset + bytes.Length) : content;
        bytes.CopyTo(result.AsSpan((int)offset));
        return result;
    }

    private static byte[] Cut(byte[] content, long length)
    {
        Array.Resize(ref content, (int)length);
        return content;
    }

    private readonly record struct Change(long Offset, byte[]? Bytes);
}
