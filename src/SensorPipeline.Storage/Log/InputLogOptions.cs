namespace SensorPipeline.Storage.Log;

/// <summary>How an input log behaves.</summary>
public sealed record InputLogOptions
{
    /// <summary>What a committed input survives: <see cref="Durability.Durable"/> or <see cref="Durability.Relaxed"/>.</summary>
    public Durability Durability { get; init; } = Durability.Durable;

    /// <summary>Bytes after which a segment is closed and another begun; a segment exceeds it by at most one commit. At least 4 KiB.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Bytes all segments together may take; at the limit nothing is committed until <see cref="InputLog.Truncate"/> made room. At least four segments.</summary>
    public long MaximumBytes { get; init; } = 8L << 30;

    /// <summary>Bytes of appended batches that may wait for a commit. At least 1 MiB; never more than half of <see cref="MaximumBytes"/>, so that they fit once there is room.</summary>
    public int MaximumPendingBytes { get; init; } = 256 << 20;

    internal long PendingLimit => Math.Min(MaximumPendingBytes, MaximumBytes / 2);

    internal void Validate()
    {
        if (Durability is not (Durability.Durable or Durability.Relaxed))
        {
            throw new ArgumentException($"A log on disk is {Durability.Durable} or {Durability.Relaxed}, not {Durability}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumBytes, 4 * SegmentBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumPendingBytes, 1 << 20);
    }
}
