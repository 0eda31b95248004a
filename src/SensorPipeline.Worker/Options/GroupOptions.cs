using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>What is said of every group of sensors.</summary>
public abstract record GroupOptions
{
    /// <summary>Name of the group; a placeholder such as <c>{room}</c> makes one group for each of its values.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Templates of the members' names; at least one.</summary>
    [MinLength(1)]
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>How long a frame waits, in event time, for members that report late.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Lateness { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Grid on which members with times of their own meet. Default: learned from the group.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0001", "1.00:00:00")]
    public TimeSpan? Step { get; init; }
}
