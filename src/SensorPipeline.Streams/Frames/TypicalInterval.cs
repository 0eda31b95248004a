namespace SensorPipeline.Streams.Frames;

/// <summary>
/// The typical time between readings: a Huber location of the logarithm of the interval, ln m ← ln m + clip(ln Δ − ln m, ±step), whose
/// step shrinks from 1 to 0.02. Exact for a regular sensor; a gap moves it by one step at most. NaN before the second reading.
/// State: 16 bytes.
/// </summary>
public readonly record struct TypicalInterval(double LogSeconds, int Count)
{
    private const double FinalStep = 0.02;

    /// <summary>The typical interval in seconds; NaN while unknown.</summary>
    public double Seconds => Count == 0 ? double.NaN : Math.Exp(LogSeconds);

    /// <summary>After one more interval; one that is not positive says nothing.</summary>
    public TypicalInterval Observe(TimeSpan interval)
    {
        if (interval <= TimeSpan.Zero)
        {
            return this;
        }

        double log = Math.Log(interval.TotalSeconds);
        if (Count == 0)
        {
            return new TypicalInterval(log, 1);
        }

        double step = Math.Max(FinalStep, 1.0 / Count);
        return new TypicalInterval(LogSeconds + Math.Clamp(log - LogSeconds, -step, step), Math.Min(Count + 1, 1 << 20));
    }

    /// <summary>A number of typical intervals as a span; zero while unknown.</summary>
    public TimeSpan Times(double number) => Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(number * Seconds, 1e10));
}
