using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>When a reading is called an outlier.</summary>
public sealed record DetectionOptions
{
    /// <summary>The budget: false alarms a sensor may raise a day, of all kinds together, counted as episodes.</summary>
    [Range(0.0001, 86400.0)]
    public double FalseAlarmsPerSensorPerDay { get; init; } = 1;

    /// <summary>
    /// Takes the budget's place: of all alarms that the fleet raises in a day, the share that may be false. For a fleet so large that a budget
    /// for each sensor is still too many alarms.
    /// </summary>
    [Range(0.0001, 0.5)]
    public double? FalseDiscoveryRate { get; init; }

    /// <summary>
    /// Whether an alarm at the time of day of one in the seven days before, to the same side, is taken for what the sensor does every day and not raised again.
    /// </summary>
    public bool DailyPattern { get; init; } = true;

    /// <summary>
    /// Length of a season that the forecasts learn, in UTC: a day for a sensor outdoors that reports once an hour. Sensors that report often follow a season without it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:10:00", "366.00:00:00")]
    public TimeSpan? Season { get; init; }

    /// <summary>Typical readings that count fully before older ones fade.</summary>
    [Range(64, 10_000_000)]
    public int Memory { get; init; } = 500;
}
