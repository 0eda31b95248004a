namespace SensorPipeline.Worker.Simulation;

/// <summary>What a simulation has published.</summary>
/// <param name="Messages">Messages.</param>
/// <param name="Readings">Readings in them.</param>
/// <param name="Injected">Readings that were spoilt.</param>
public readonly record struct SimulationTotals(long Messages, long Readings, long Injected);
