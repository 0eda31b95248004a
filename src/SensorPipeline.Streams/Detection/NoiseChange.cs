namespace SensorPipeline.Streams.Detection;

/// <summary>
/// Whether the noise grew or shrank: cumulative sums of the log likelihood ratio of a standard deviation R = 1.5 times as large, and of one as
/// small, max(0, s + z²/2·(1 − 1/R²) − ln R), with |z| ≤ 3 so that it takes more than an outlier or two. Under standard normals each height
/// is e times rarer than one less by 1. It waits until the scale is known well enough for its error not to look like a change. State: 44 bytes.
/// </summary>
internal struct NoiseChange
{
    /// <summary>Readings behind the scale before its error is small against R: √(2/n) ≈ 0.06.</summary>
    public const int WarmUp = 500;

    private const float Ratio = 1.5f;
    private const float LouderGain = 0.5f * (1 - (1 / (Ratio * Ratio)));
    private const float QuieterGain = 0.5f * (1 - (Ratio * Ratio));

    // Peaks above 4 of these very sums on standard normals, both sides together.
    private static readonly ExcursionLaw Law = new(4, 400, 1);
    private static readonly float LogRatio = MathF.Log(Ratio);

    private Excursions sums;

    /// <summary>Whether a change was declared whose evidence has not gone yet.</summary>
    public readonly bool IsOpen => sums.IsBeyond;

    /// <summary>After one more reading: +1 where noise that grew is evident, −1 where noise that shrank is, else 0.</summary>
    /// <param name="z">The reading as a standard normal would show it.</param>
    /// <param name="weight">How much of an independent reading's evidence each is worth.</param>
    /// <param name="alpha">Probability, a reading, of declaring a change by chance.</param>
    public int Observe(float z, float weight, double alpha)
    {
        float square = z * z;
        square = square < LongRun.MostSquare ? square : LongRun.MostSquare;
        return sums.Observe(weight * ((LouderGain * square) - LogRatio), weight * ((QuieterGain * square) + LogRatio), Law, alpha);
    }

    /// <summary>How many readings ago a change in this direction began.</summary>
    public readonly int Over(int direction) => direction > 0 ? sums.UpperLength : sums.LowerLength;

    /// <summary>Finds the threshold anew for a probability a reading.</summary>
    public void Solve(double alpha) => sums.Solve(Law, alpha);
}
