namespace SensorPipeline.Statistics.Sequential;

/// <summary>
/// Page and Hinkley's test for a change of mean: cumulative sums about the running mean with a drift allowance, each against its extreme so far. Statistic = max(U − min U, max D − D) with
/// U += z − mean − δ and D += z − mean + δ. The first datum is the origin, so that a large offset costs no digits. State: seven doubles.
/// </summary>
public readonly record struct PageHinkley
{
    private readonly double count;
    private readonly double origin;
    private readonly double mean;
    private readonly double rise;
    private readonly double least;
    private readonly double fall;
    private readonly double most;

    private PageHinkley(double count, double origin, double mean, double rise, double least, double fall, double most)
    {
        this.count = count;
        this.origin = origin;
        this.mean = mean;
        this.rise = rise;
        this.least = least;
        this.fall = fall;
        this.most = most;
    }

    /// <summary>Evidence of a change in either direction; 0 at the start.</summary>
    public double Statistic => Math.Max(rise - least, most - fall);

    /// <summary>After one more datum. Start again from <c>default</c> after an alarm.</summary>
    /// <param name="z">The datum; one that is not finite leaves it as it is.</param>
    /// <param name="allowance">δ, the drift to put up with, in the unit of the data.</param>
    public PageHinkley Observe(double z, double allowance)
    {
        if (!double.IsFinite(z))
        {
            return this;
        }

        double start = count > 0 ? origin : z, x = z - start, n = count + 1;
        double m = mean + ((x - mean) / n);
        double u = rise + (x - m - allowance), d = fall + (x - m + allowance);
        return new(n, start, m, u, Math.Min(least, u), d, Math.Max(most, d));
    }
}
