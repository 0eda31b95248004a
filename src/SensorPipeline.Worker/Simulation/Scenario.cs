namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// A simulated world of devices, a pure function of its seed: it knows what it measures and which readings it has spoilt. Time begins at 0
/// and is nobody's clock; who publishes a scenario says when it began.
/// </summary>
public abstract class Scenario
{
    /// <summary>Sets what every scenario has.</summary>
    protected Scenario(string name, ulong seed, IReadOnlyList<SimulatedSensor> sensors)
    {
        Name = name;
        Seed = seed;
        Sensors = sensors;
    }

    /// <summary>The scenario's name.</summary>
    public string Name { get; }

    /// <summary>The seed that everything follows from.</summary>
    public ulong Seed { get; }

    /// <summary>The sensors; readings refer to them by index.</summary>
    public IReadOnlyList<SimulatedSensor> Sensors { get; }

    /// <summary>The quantities whose truth is known.</summary>
    public virtual IReadOnlyList<string> Quantities => [];

    /// <summary>How often the truth of the quantities is worth recording.</summary>
    public virtual TimeSpan TruthInterval => TimeSpan.FromSeconds(1);

    /// <summary>
    /// The readings in order of time, those of one device and instant one after the other; without end where the scenario has none. Each
    /// enumeration begins anew and gives the same.
    /// </summary>
    public abstract IEnumerable<SimulatedReading> Readings();

    /// <summary>The true value of a quantity; NaN where it is not known.</summary>
    public virtual double TruthAt(string quantity, TimeSpan offset) => double.NaN;

    /// <summary>Rounds to the multiple of a resolution of at most four decimals, as the shortest decimal that says so.</summary>
    protected static double Quantise(double value, double resolution) => Math.Round(Math.Round(value / resolution) * resolution, 4);
}
