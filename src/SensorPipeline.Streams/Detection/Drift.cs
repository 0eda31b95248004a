namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Whether the level moves steadily: readings lie to one side of their forecasts by little each and for long, which a two-sided CUSUM of
/// their normal scores with k = 0.1 adds up. A mean estimated from n readings is itself off by 1/√n, so it waits for 2/√n to be below k.
/// State: 64 bytes.
/// </summary>
internal struct Drift
{
    /// <summary>Readings behind the forecasts before a small bias can be told from ignorance.</summary>
    public const int WarmUp = 400;

    private const float Allowance = 0.1f;
    private const double PeakInterval = 2000;
    private static readonly ExcursionLaw Law = ExcursionLaw.OfCusum(Allowance, PeakInterval);

    private Excursions sums;
    private double riseFrom;
    private double fallFrom;

    /// <summary>After one more reading: how many readings a drift has lasted that is evident now, or 0.</summary>
    /// <param name="z">The reading as a standard normal would show it.</param>
    /// <param name="level">Mean of the sensor.</param>
    /// <param name="alpha">Probability, a reading, of declaring a drift by chance.</param>
    /// <param name="from">The level when it began.</param>
    public int Observe(float z, double level, double alpha, out double from)
    {
        int direction = sums.Observe(z - Allowance, -z - Allowance, Law, alpha);
        riseFrom = sums.UpperLength == 1 ? level : riseFrom;
        fallFrom = sums.LowerLength == 1 ? level : fallFrom;
        from = direction > 0 ? riseFrom : fallFrom;
        return direction > 0 ? sums.UpperLength : direction < 0 ? sums.LowerLength : 0;
    }

    /// <summary>The level was found and adopted anew: nothing is left to drift from.</summary>
    public void Restart(double alpha) => sums.Restart(Law, alpha);

    /// <summary>Finds the threshold anew for a probability a reading.</summary>
    public void Solve(double alpha) => sums.Solve(Law, alpha);
}
