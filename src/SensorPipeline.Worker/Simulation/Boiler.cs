namespace SensorPipeline.Worker.Simulation;

/// <summary>A boiler that moves between three regimes. Its seconds stand for minutes: what it takes from one to the next is less than a reading.</summary>
internal sealed class Boiler(RandomStream random)
{
    // Standby, heating and hot water: flow and return temperature in °C, power in kW.
    private static readonly (double Flow, double Return, double Power)[] Levels = [(31, 28, 0.4), (58, 44, 11), (72, 57, 19)];

    private double regimeUntil = 4;

    public int Regime { get; private set; }

    public (double Flow, double Return, double Power) Next(double seconds)
    {
        if (seconds >= regimeUntil)
        {
            Regime = (Regime + (random.NextUniform() < 0.5 ? 1 : 2)) % Levels.Length;
            regimeUntil = seconds + random.NextUniform(4, 8);
        }

        (double flow, double back, double power) = Levels[Regime];

        // Flow and return swing together, as water does.
        double common = random.NextNormal();
        double spread = 0.3 + (0.3 * Regime);
        return (
            flow + (spread * ((0.9 * common) + (0.4 * random.NextNormal()))),
            back + (spread * ((0.7 * common) + (0.5 * random.NextNormal()))),
            Math.Max(0, power + (0.1 * (1 + (2 * Regime)) * random.NextNormal())));
    }
}
