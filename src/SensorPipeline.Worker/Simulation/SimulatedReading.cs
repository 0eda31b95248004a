namespace SensorPipeline.Worker.Simulation;

/// <summary>A reading of a scenario, with what only the scenario knows.</summary>
public readonly record struct SimulatedReading
{
    /// <summary>When it is taken, since the scenario began; whole milliseconds.</summary>
    public required TimeSpan Offset { get; init; }

    /// <summary>Index of the sensor in <see cref="Scenario.Sensors"/>.</summary>
    public required int Sensor { get; init; }

    /// <summary>The value as the device sends it.</summary>
    public required double Value { get; init; }

    /// <summary>0 for an ordinary reading; else the number of the injected outlier it is, or of the event it belongs to.</summary>
    public int Injection { get; init; }
}
