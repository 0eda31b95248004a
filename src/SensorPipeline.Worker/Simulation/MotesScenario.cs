namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// Four quiet motes in one room, each a row of temperature and humidity every 5 s. Both wander as first-order autoregressive noise
/// and are quantised. Motes 1 and 4 each see one event, in which both quantities rise far above everything before. A device publishes
/// <c>{"ts":…,"temp":…,"rh":…}</c> to <c>motes/{mote}/env</c>; the service knows <c>motes/{mote}/temperature</c> and <c>…/humidity</c>.
/// </summary>
public sealed class MotesScenario : Scenario
{
    /// <summary>Autocorrelation of successive rows, before quantisation.</summary>
    public const double Autocorrelation = 0.95;

    /// <summary>Standard deviation of the temperature, in °C.</summary>
    public const double TemperatureStandardDeviation = 0.05;

    /// <summary>Resolution of the temperature, in °C.</summary>
    public const double TemperatureResolution = 0.01;

    /// <summary>Standard deviation of the relative humidity, in percent.</summary>
    public const double HumidityStandardDeviation = 0.2;

    /// <summary>Resolution of the relative humidity, in percent.</summary>
    public const double HumidityResolution = 0.03;

    private const int Motes = 4;

    /// <summary>One row of each mote every <see cref="Interval"/>, so many rows.</summary>
    public MotesScenario(ulong seed, int rows = 4400)
        : base("motes", seed, [.. Enumerable.Range(1, Motes).SelectMany(SensorsOf)]) => Rows = rows;

    /// <summary>Time between the rows of a mote.</summary>
    public static TimeSpan Interval => TimeSpan.FromSeconds(5);

    /// <summary>Rows of each mote.</summary>
    public int Rows { get; }

    /// <summary>The rows of a mote's event, or an empty range; motes count from 1.</summary>
    public Range EventOf(int mote) => mote switch
    {
        1 => new Range(Rows * 53 / 100, Math.Min(Rows, (Rows * 53 / 100) + 60)),
        4 => new Range(Rows * 54 / 100, Math.Min(Rows, (Rows * 54 / 100) + 32)),
        _ => new Range(Rows, Rows),
    };

    /// <inheritdoc/>
    public override IEnumerable<SimulatedReading> Readings()
    {
        var motes = new Mote[Motes];
        for (int i = 0; i < Motes; i++)
        {
            motes[i] = new Mote(Seed, i + 1);
        }

        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Motes; i++)
            {
                (double temperature, double humidity, bool isEvent) = motes[i].Next(row, EventOf(i + 1));
                var reading = new SimulatedReading { Offset = Interval * row, Sensor = 2 * i, Value = temperature, Injection = isEvent ? i + 1 : 0 };
                yield return reading;
                yield return reading with { Sensor = (2 * i) + 1, Value = humidity };
            }
        }
    }

    private static IEnumerable<SimulatedSensor> SensorsOf(int mote)
    {
        string topic = FormattableString.Invariant($"motes/{mote}/env");
        yield return new SimulatedSensor(FormattableString.Invariant($"motes/{mote}/temperature"), topic, "temp");
        yield return new SimulatedSensor(FormattableString.Invariant($"motes/{mote}/humidity"), topic, "rh");
    }

    private sealed class Mote
    {
        private readonly double meanTemperature;
        private readonly double meanHumidity;
        private RandomStream random;
        private AutoregressiveNoise temperature;
        private AutoregressiveNoise humidity;

        public Mote(ulong seed, int number)
        {
            random = new RandomStream(seed, (ulong)number);
            meanTemperature = random.NextUniform(27, 28);
            meanHumidity = random.NextUniform(44, 47);
            temperature = new AutoregressiveNoise(Autocorrelation, TemperatureStandardDeviation, ref random);
            humidity = new AutoregressiveNoise(Autocorrelation, HumidityStandardDeviation, ref random);
        }

        public (double Temperature, double Humidity, bool IsEvent) Next(int row, Range rows)
        {
            int since = row - rows.Start.Value;
            int length = rows.End.Value - rows.Start.Value;
            bool isEvent = since >= 0 && since < length;

            // Steam: heat comes in a few rows and leaves slowly, humidity rises at once and stays until the end.
            double share = isEvent ? (since + 1.0) / (length + 1) : 0;
            double heat = isEvent ? 20 * Math.Min(1, share * 6) * Math.Exp(-2.5 * share) : 0;
            double steam = isEvent ? 42 * Math.Min(1, share * 12) * (1 - Math.Pow(share, 6)) : 0;
            double t = Quantise(meanTemperature + temperature.Next(ref random) + heat, TemperatureResolution);
            double h = Quantise(meanHumidity + humidity.Next(ref random) + steam, HumidityResolution);
            return (t, h, isEvent);
        }
    }
}
