using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Whether the level has changed for good: a two-sided CUSUM of the readings' normal scores with k = ½, against the height this stream's own
/// sums reach by chance. The change began where the sum last left zero; the new level is the mean since. State: 80 bytes.
/// </summary>
internal struct LevelShift
{
    private const float Allowance = 0.5f;
    private const double PeakInterval = 200;
    private static readonly ExcursionLaw Law = ExcursionLaw.OfCusum(Allowance, PeakInterval);

    private Since rise;
    private Since fall;
    private Excursions sums;

    /// <summary>After one more reading: +1 where a rise is evident, −1 where a fall is, else 0.</summary>
    /// <param name="z">The reading as a standard normal would show it.</param>
    /// <param name="x">The reading.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="alpha">Probability, a reading, of declaring a change by chance.</param>
    public int Observe(float z, double x, EventTime time, double alpha)
    {
        int direction = sums.Observe(z - Allowance, -z - Allowance, Law, alpha);
        rise.Observe(x, time, sums.UpperLength);
        fall.Observe(x, time, sums.LowerLength);
        return direction;
    }

    /// <summary>When a change in this direction began, the mean of the readings since, and their number.</summary>
    public readonly (EventTime Began, double Level, int Readings) Over(int direction) => direction > 0
        ? (rise.Began, rise.Total / sums.UpperLength, sums.UpperLength)
        : (fall.Began, fall.Total / sums.LowerLength, sums.LowerLength);

    /// <summary>Ready for the next change; what is known of chance stays.</summary>
    public void Restart(double alpha) => sums.Restart(Law, alpha);

    /// <summary>Finds the threshold anew for a probability a reading.</summary>
    public void Solve(double alpha) => sums.Solve(Law, alpha);

    private struct Since
    {
        public EventTime Began;
        public double Total;

        public void Observe(double x, EventTime time, int length)
        {
            if (length == 1)
            {
                (Began, Total) = (time, x);
            }
            else if (length > 1)
            {
                Total += x;
            }
        }
    }
}
