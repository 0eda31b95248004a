using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Alarms a sensor and day as they came, with the exact 95 % interval of the mean of a Poisson count k, ½χ²(2k) to ½χ²(2k + 2) (Garwood 1936).
/// Real anomalies count too, so on a fleet in order it is a rate of false alarms, and otherwise an upper bound of it.
/// </summary>
/// <param name="Episodes">How many there were.</param>
/// <param name="SensorDays">In how many days of watching one sensor.</param>
public readonly record struct RealisedRate(long Episodes, double SensorDays)
{
    private const double OutsideInterval = 0.05;

    /// <summary>Alarms a sensor and day; NaN before any watching.</summary>
    public double Value => SensorDays > 0 ? Episodes / SensorDays : double.NaN;

    /// <summary>Lower end of its interval; NaN before any watching.</summary>
    public double Lower => !(SensorDays > 0) ? double.NaN
        : Episodes == 0 ? 0
        : new ChiSquared(2.0 * Episodes).Quantile(OutsideInterval / 2) / 2 / SensorDays;

    /// <summary>Upper end of its interval; NaN before any watching.</summary>
    public double Upper => SensorDays > 0
        ? new ChiSquared((2.0 * Episodes) + 2).InverseSurvivalProbability(OutsideInterval / 2) / 2 / SensorDays
        : double.NaN;
}
