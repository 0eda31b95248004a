using System.ComponentModel.DataAnnotations;
using SensorPipeline.Storage;

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

    /// <summary>Time between checkpoints.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);
}
