using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>How results are published.</summary>
public sealed record PublishOptions
{
    /// <summary>Shortest time between two states of one sensor or group.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether sensors announce themselves to Home Assistant.</summary>
    public bool HomeAssistant { get; init; }
}
