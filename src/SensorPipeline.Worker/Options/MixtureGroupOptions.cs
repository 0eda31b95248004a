using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>Sensors whose joint behaviour falls into regimes.</summary>
public sealed record MixtureGroupOptions : GroupOptions
{
    /// <summary>How often, in event time, the mixture is fitted again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "30.00:00:00")]
    public TimeSpan Refit { get; init; } = TimeSpan.FromMinutes(1);
}
