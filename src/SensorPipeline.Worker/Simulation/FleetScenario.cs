namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// Load: many sensors that all report at one rate, without end. Each has its own level and Gaussian noise of standard deviation 1, and a
/// share of its readings lies 10 to 20 standard deviations away. A sensor publishes <c>{"ts":…,"value":…}</c> to its own topic <c>fleet/{sensor}</c>.
/// </summary>
public sealed class FleetScenario : Scenario
{
    private const double Resolution = 0.01;
    private readonly double intervalMilliseconds;

    /// <summary>So many sensors with so many readings a second each; <paramref name="injectedShare"/> of the readings are outliers.</summary>
    public FleetScenario(ulong seed, int sensors, double rate, double injectedShare = 0.0005)
        : base("fleet", seed, [.. Enumerable.Range(0, sensors).Select(SensorOf)])
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sensors, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(rate, 0);
        InjectedShare = injectedShare;
        intervalMilliseconds = 1000 / rate;
    }

    /// <summary>The share of readings that are outliers.</summary>
    public double InjectedShare { get; }

    /// <inheritdoc/>
    public override IEnumerable<SimulatedReading> Readings()
    {
        var random = new RandomStream(Seed, 0);
        var levels = new double[Sensors.Count];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = random.NextUniform(10, 90);
        }

        int injections = 0;
        for (long round = 0; ; round++)
        {
            for (int i = 0; i < levels.Length; i++)
            {
                double milliseconds = Math.Floor((round + ((double)i / levels.Length)) * intervalMilliseconds);
                bool isInjected = random.NextUniform() < InjectedShare;
                double distance = isInjected ? random.NextUniform(10, 20) * (random.NextUniform() < 0.5 ? -1 : 1) : 0;
                yield return new SimulatedReading
                {
                    Offset = TimeSpan.FromMilliseconds(milliseconds),
                    Sensor = i,
                    Value = Quantise(levels[i] + random.NextNormal() + distance, Resolution),
                    Injection = isInjected ? ++injections : 0,
                };
            }
        }
    }

    private static SimulatedSensor SensorOf(int sensor)
    {
        string name = FormattableString.Invariant($"fleet/{sensor:00000}");
        return new SimulatedSensor(name, name, "value");
    }
}
