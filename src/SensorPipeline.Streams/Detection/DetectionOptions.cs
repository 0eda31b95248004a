namespace SensorPipeline.Streams.Detection;

/// <summary>What the operator accepts as false alarms, and how long the past counts.</summary>
public sealed record DetectionOptions
{
    /// <summary>Alarms that may be raised by chance, a sensor and day, over every kind of alarm together.</summary>
    public double FalseAlarmsPerSensorPerDay { get; init; } = 1;

    /// <summary>Instead of a budget a day: flag each reading whose tail probability is below this. Null for the budget.</summary>
    public double? FalseAlarmRate { get; init; }

    /// <summary>
    /// Instead of a budget a sensor: of all alarms the fleet raises in a day, the share that may be false. Null for the budget a sensor.
    /// </summary>
    public double? FalseDiscoveryRate { get; init; }

    /// <summary>Whether an alarm that comes at the time of day of one in the seven days before, to the same side, is the sensor's pattern and not raised again.</summary>
    public bool DailyPattern { get; init; } = true;

    /// <summary>Length of a season whose course the forecasts learn, by calendar time in UTC. Null for none.</summary>
    public TimeSpan? Season { get; init; }

    /// <summary>Memory of location, scale and correlation, in typical readings.</summary>
    public double Memory { get; init; } = 500;
}
