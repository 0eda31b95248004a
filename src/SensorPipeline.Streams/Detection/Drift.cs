namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Whether the level moves steadily: readings lie to one side of their forecasts by little each and for long, which a two-sided CUSUM of
/// their normal scores with k = 0.1 adds up. A mean estimated from n readings is itself off by 1/√n, so it waits for 2/√n to be below k.
/// State: 52 bytes.
/// </summary>
internal struct Drift
{
    /// <summary>Readings behind the forecasts before a small bias can be told from ignorance.</summary>
    public const int WarmUp = 400;

    private const float Allowance = 0.1f;
    private const double PeakInterval = 2000;
    private static readonly ExcursionLaw Law = ExcursionLaw.OfCusum(Allowance, PeakInterval);

    private Excursions sums;

    // To seven digits, which is what a reason says.
    private float riseFrom;
    private float fallFrom;

    /// <summary>After one more reading: +1 where a drift upwards is evident, −1 where one downwards is, else 0.</summary>
    /// <param name="z">The reading as a standard normal would show it.</param>
    /// <param name="level">Mean of the sensor.</param>
    /// <param name="alpha">Probability, a reading, of declaring a drift by chance.</param>
    public int Observe(float z, double level, double alpha)
    {
        int direction = sums.Observe(z - Allowance, -z - Allowance, Law, alpha);
        riseFrom = sums.UpperLength == 1 ? (float)level : riseFrom;
        fallFrom = sums.LowerLength == 1 ? (float)level : fallFrom;
        return direction;
    }

    /// <summary>The level when a drift in this direction began, and how many readings ago that was.</summary>
    public readonly (double From, int Readings) Over(int direction) =>
        direction > 0 ? (riseFrom, sums.UpperLength) : (fallFrom, sums.LowerLength);

    /// <summary>The level was found and adopted anew: nothing is left to drift from.</summary>
    public void Restart(double alpha) => sums.Restart(Law, alpha);

    /// <summary>Finds the threshold anew for a probability a reading.</summary>
    public void Solve(double alpha) => sums.Solve(Law, alpha);
}
