namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// A house in which half a minute shows everything, without end. Three rooms with four thermometers each that measure one truth with different
/// noise: one has fat tails (Student's t, 3 degrees of freedom), one gets stuck, one drifts, one drops out; the healthy ones now and then send a
/// value 10 to 20 standard deviations away. A boiler moves between three regimes. A thermometer publishes <c>{"ts":…,"temperature":…}</c> to
/// <c>demo/{room}/{place}</c>, the boiler <c>{"ts":…,"flow":…,"return":…,"power":…}</c> to <c>demo/boiler</c>; the service knows
/// <c>{room}/{place}/temperature</c> and <c>boiler/{channel}</c>. Quantities are <c>{room}/temperature</c>.
/// </summary>
public sealed class DemoScenario : Scenario
{
    private const double Resolution = 0.01;

    private static readonly string[] Rooms = ["lounge", "kitchen", "bedroom"];

    private static readonly ThermometerSpecification[] Thermometers =
    [
        new("lounge", "ceiling", 0.10), new("lounge", "window", 0.20), new("lounge", "shelf", 0.40), new("lounge", "door", 0.15, Ailment.FatTails),
        new("kitchen", "ceiling", 0.15), new("kitchen", "window", 0.15), new("kitchen", "fridge", 0.30, Ailment.Stuck), new("kitchen", "door", 0.25),
        new("bedroom", "ceiling", 0.10), new("bedroom", "window", 0.30), new("bedroom", "wardrobe", 0.15, Ailment.Drift), new("bedroom", "bed", 0.20, Ailment.Dropouts),
    ];

    private static readonly string[] BoilerChannels = ["flow", "return", "power"];

    private readonly int stepMilliseconds;

    /// <summary>Every device reports <paramref name="rate"/> times a second, at the same instants; the rate divides 1000.</summary>
    public DemoScenario(ulong seed, int rate = 20)
        : base("demo", seed, [.. Thermometers.Select(SensorOf), .. BoilerChannels.Select(channel => new SimulatedSensor("boiler/" + channel, "demo/boiler", channel))])
    {
        stepMilliseconds = rate > 0 && 1000 % rate == 0 ? 1000 / rate : throw new ArgumentOutOfRangeException(nameof(rate));
    }

    /// <summary>No reading is spoilt before; a service needs some readings to know a sensor.</summary>
    public static TimeSpan Quiet => TimeSpan.FromSeconds(8);

    /// <summary>The share of a healthy thermometer's readings after <see cref="Quiet"/> that are outliers.</summary>
    public static double InjectedShare => 0.002;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Quantities { get; } = [.. Rooms.Select(QuantityOf)];

    /// <summary>Whether outliers are injected into a sensor's readings: it is a thermometer without an ailment.</summary>
    public static bool IsInjected(int sensor) => sensor < Thermometers.Length && Thermometers[sensor].Ailment == Ailment.None;

    /// <inheritdoc/>
    public override double TruthAt(string quantity, TimeSpan offset)
    {
        int room = Array.FindIndex(Rooms, name => QuantityOf(name) == quantity);
        return room < 0 ? double.NaN : TemperatureOf(room, offset.TotalSeconds);
    }

    /// <inheritdoc/>
    public override IEnumerable<SimulatedReading> Readings()
    {
        Thermometer[] thermometers = [.. Thermometers.Select((specification, i) => new Thermometer(specification, new RandomStream(Seed, (ulong)i + 1)))];
        var boiler = new Boiler(new RandomStream(Seed, 0));
        double interval = stepMilliseconds / 1000.0;
        int injections = 0;
        for (long step = 0; ; step++)
        {
            TimeSpan offset = TimeSpan.FromMilliseconds(step * stepMilliseconds);
            double share = offset >= Quiet ? InjectedShare : 0;
            for (int i = 0; i < thermometers.Length; i++)
            {
                double truth = TemperatureOf(Array.IndexOf(Rooms, Thermometers[i].Room), offset.TotalSeconds);
                double value = thermometers[i].Next(offset.TotalSeconds, interval, truth, share, out bool isInjected);
                if (!double.IsNaN(value))
                {
                    yield return ReadingOf(offset, i, value) with { Injection = isInjected ? ++injections : 0 };
                }
            }

            (double flow, double back, double power) = boiler.Next(offset.TotalSeconds);
            yield return ReadingOf(offset, thermometers.Length, flow);
            yield return ReadingOf(offset, thermometers.Length + 1, back);
            yield return ReadingOf(offset, thermometers.Length + 2, power);
        }
    }

    private static SimulatedReading ReadingOf(TimeSpan offset, int sensor, double value) =>
        new() { Offset = offset, Sensor = sensor, Value = Quantise(value, Resolution) };

    // Two slow swings a room, each with its own phase: no thermometer can mistake them for noise.
    private static double TemperatureOf(int room, double seconds) =>
        20.5 + (0.8 * room) + (0.5 * Math.Sin((2 * Math.PI * seconds / 140) + (2 * room))) + (0.15 * Math.Sin((2 * Math.PI * seconds / 47) + room));

    private static string QuantityOf(string room) => room + "/temperature";

    private static SimulatedSensor SensorOf(ThermometerSpecification thermometer) => new(
        $"{thermometer.Room}/{thermometer.Place}/temperature",
        $"demo/{thermometer.Room}/{thermometer.Place}",
        "temperature",
        QuantityOf(thermometer.Room));
}
