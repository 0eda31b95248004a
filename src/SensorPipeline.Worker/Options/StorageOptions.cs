using System.ComponentModel.DataAnnotations;
using SensorPipeline.Storage;
using SensorPipeline.Storage.Log;

namespace SensorPipeline.Worker.Options;

/// <summary>What survives a restart, and where it is kept.</summary>
public sealed record StorageOptions
{
    /// <summary>Directory of the input log and the checkpoint.</summary>
    [FilePath]
    [Required]
    public string Directory { get; init; } = "data";

    /// <summary>What is promised about readings that were acknowledged.</summary>
    public Durability Durability { get; init; } = Durability.Durable;

    /// <summary>Bytes the input log may take; at the limit nothing more is taken until a checkpoint lets it forget.</summary>
    [Range(16L << 20, 1L << 50)]
    public long MaximumLogBytes { get; init; } = 8L << 30;

    /// <summary>Time between checkpoints.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a sensor says nothing before its state is kept on disk only, until it reports again. Default: a day.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "10000.00:00:00")]
    public TimeSpan EvictAfter { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What the log needs to know. A segment is forgotten whole, so that a small log needs small ones.</summary>
    internal InputLogOptions ToLogOptions() => new()
    {
        Durability = Durability, MaximumBytes = MaximumLogBytes, SegmentBytes = Math.Min(new InputLogOptions().SegmentBytes, MaximumLogBytes / 16),
    };
}
