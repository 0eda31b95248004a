namespace SensorPipeline.Worker.Simulation;

/// <summary>A boiler that moves between three regimes and takes a moment to get from one to the next.</summary>
internal sealed class Boiler(RandomStream random)
{
    public static readonly string[] Regimes = ["standby", "heating", "hot water"];

    // Flow and return temperature in °C, power in kW.
    private static readonly (double Flow, double Return, double Power)[] Levels = [(31, 28, 0.4), (58, 44, 11), (72, 57, 19)];

    private const double TimeConstant = 0.25;
    private (double Flow, double Return, double Power) state = Levels[0];
    private double regimeUntil = 4;

    public int Regime { get; private set; }

    public (double Flow, double Return, double Power) Next(double seconds, double interval)
    {
        if (seconds >= regimeUntil)
        {
            Regime = (Regime + (random.NextUniform() < 0.5 ? 1 : 2)) % Levels.Length;
            regimeUntil = seconds + random.NextUniform(4, 8);
        }

        double share = 1 - Math.Exp(-interval / TimeConstant);
        (double flow, double back, double power) = Levels[Regime];
        state = (state.Flow + (share * (flow - state.Flow)), state.Return + (share * (back - state.Return)), state.Power + (share * (power - state.Power)));

        // Flow and return swing together, as water does.
        double common = random.NextNormal();
        double spread = 0.3 + (0.3 * Regime);
        return (
            state.Flow + (spread * ((0.9 * common) + (0.4 * random.NextNormal()))),
            state.Return + (spread * ((0.7 * common) + (0.5 * random.NextNormal()))),
            Math.Max(0, state.Power + (0.1 * (1 + (2 * Regime)) * random.NextNormal())));
    }
}
