namespace SensorPipeline.Worker.Simulation;

/// <summary>Sizes of the scenarios that have one.</summary>
public sealed record ScenarioOptions
{
    /// <summary><c>motes</c>: rows of each mote.</summary>
    public int Rows { get; init; } = 4400;

    /// <summary><c>fleet</c>: how many sensors.</summary>
    public int Sensors { get; init; } = 1000;

    /// <summary><c>fleet</c>: readings a second of each sensor.</summary>
    public double Rate { get; init; } = 1;
}
