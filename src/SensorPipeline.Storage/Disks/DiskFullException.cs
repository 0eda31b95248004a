namespace SensorPipeline.Storage.Disks;

/// <summary>The disk, or the share of it that this user may fill, is full. It passes when there is room again.</summary>
public sealed class DiskFullException : IOException
{
    /// <summary>A write to <paramref name="path"/> found no room.</summary>
    public DiskFullException(string path, Exception? inner = null)
        : base($"{path}: no space left on the disk", inner)
    {
    }
}
