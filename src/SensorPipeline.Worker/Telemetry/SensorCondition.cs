namespace SensorPipeline.Worker.Telemetry;

/// <summary>What a sensor is doing, as the metric <c>sensorpipeline.sensors</c> counts it.</summary>
public enum SensorCondition
{
    /// <summary>Too new to be judged.</summary>
    Warming,

    /// <summary>Reports and is judged.</summary>
    Active,

    /// <summary>Has stopped reporting.</summary>
    Silent,

    /// <summary>Repeats one value.</summary>
    Stuck,
}
