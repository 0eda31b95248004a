namespace SensorPipeline.Worker.Simulation;

/// <summary>A sensor of a scenario.</summary>
/// <param name="Name">Its name as the service knows it when configured as the scenario says.</param>
/// <param name="Topic">The topic its device publishes to.</param>
/// <param name="Field">Its member of the device's JSON payload.</param>
/// <param name="Quantity">What it measures, where that is known as <see cref="Scenario.TruthAt"/>; else null.</param>
public sealed record SimulatedSensor(string Name, string Topic, string Field, string? Quantity = null);
