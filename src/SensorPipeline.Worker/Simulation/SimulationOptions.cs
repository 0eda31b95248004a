using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Simulation;

/// <summary>How a scenario is played.</summary>
public sealed record SimulationOptions
{
    /// <summary>The event time at which the scenario begins; whole milliseconds.</summary>
    public required EventTime Start { get; init; }

    /// <summary>Seconds of the scenario that pass in one second of the clock; infinite for as fast as messages are taken.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>How much of the scenario is played; null for all of it.</summary>
    public TimeSpan? Duration { get; init; }
}
