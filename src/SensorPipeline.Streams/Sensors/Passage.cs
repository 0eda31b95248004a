using SensorPipeline.Streams.Detection;

namespace SensorPipeline.Streams.Sensors;

/// <summary>A reading on its way through its sensor: what one step finds for the next.</summary>
internal struct Passage
{
    /// <summary>Where the sensor's state stands.</summary>
    public int Row;

    /// <summary>Where the reading stands in its batch.</summary>
    public int Place;

    /// <summary>The reading as it is judged: with dither where it is quantised, without its season.</summary>
    public double Value;

    /// <summary>Time since the reading before, in typical intervals.</summary>
    public double Elapsed;

    /// <summary>The typical interval in seconds; NaN while unknown.</summary>
    public double IntervalSeconds;

    /// <summary>Probability of any alarm by chance.</summary>
    public double Total;

    /// <summary>Step between neighbouring values, 0 for a continuous sensor.</summary>
    public double Resolution;

    /// <summary>What the season takes off.</summary>
    public double Seasonal;

    /// <summary>What the detector forecasts.</summary>
    public double Ahead;

    /// <summary>What was expected of the value.</summary>
    public Forecast Expected;

    /// <summary>How far out it is.</summary>
    public Score Score;

    /// <summary>The level that took the place of another with this reading.</summary>
    public Change? Adopted;

    /// <summary>Whether it is neither unusual nor can it be an outlier.</summary>
    public bool IsOrdinary;

    /// <summary>Whether it is further out than the budget allows.</summary>
    public bool IsBeyond;

    /// <summary>Whether an alarm begins with it.</summary>
    public bool IsDeclared;
}
