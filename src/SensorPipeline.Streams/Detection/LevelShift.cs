using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Whether the level has changed for good: a two-sided CUSUM of the readings' normal scores with k = ½, against the height this stream's own
/// sums reach by chance. The change began where the sum last left zero; the new level is the mean since. State: 76 bytes.
/// </summary>
internal struct LevelShift
{
    private const float Allowance = 0.5f;
    private const double PeakInterval = 200;
    private static readonly ExcursionLaw Law = ExcursionLaw.OfCusum(Allowance, PeakInterval);

    private Excursions sums;
    private Since rise;
    private Since fall;

    /// <summary>After one more reading: whether a change is evident.</summary>
    /// <param name="z">The reading as a standard normal would show it.</param>
    /// <param name="x">The reading.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="alpha">Probability, a reading, of declaring a change by chance.</param>
    public LevelChange? Observe(float z, double x, EventTime time, double alpha)
    {
        int direction = sums.Observe(z - Allowance, -z - Allowance, Law, alpha);
        rise = rise.Observe(x, time, sums.UpperLength);
        fall = fall.Observe(x, time, sums.LowerLength);
        return direction switch
        {
            > 0 => rise.Over(sums.UpperLength),
            < 0 => fall.Over(sums.LowerLength),
            _ => null,
        };
    }

    /// <summary>Ready for the next change; what is known of chance stays.</summary>
    public void Restart(double alpha)
    {
        sums.Restart(Law, alpha);
        (rise, fall) = (default, default);
    }

    /// <summary>Finds the threshold anew for a probability a reading.</summary>
    public void Solve(double alpha) => sums.Solve(Law, alpha);

    private readonly record struct Since(EventTime Began, double Total)
    {
        public Since Observe(double x, EventTime time, int length) => length switch
        {
            0 => this,
            1 => new Since(time, x),
            _ => this with { Total = Total + x },
        };

        public LevelChange Over(int length) => new(Began, Total / length, length);
    }
}
