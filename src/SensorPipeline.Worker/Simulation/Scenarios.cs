namespace SensorPipeline.Worker.Simulation;

/// <summary>The scenarios by name.</summary>
public static class Scenarios
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["demo", "fleet", "motes"];

    /// <summary>The scenario with a name, or null where there is none.</summary>
    public static Scenario? Create(string name, ulong seed, ScenarioOptions? options = null)
    {
        options ??= new ScenarioOptions();
        return name switch
        {
            "demo" => new DemoScenario(seed),
            "fleet" => new FleetScenario(seed, options.Sensors, options.Rate),
            "motes" => new MotesScenario(seed, options.Rows),
            _ => null,
        };
    }
}
