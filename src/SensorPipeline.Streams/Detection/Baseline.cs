namespace SensorPipeline.Streams.Detection;

/// <summary>
/// What scores are like in the long run: mean and mean square with a memory of 2000, the standard normal's counting as 64 at the start. A
/// forecast that is off by a constant, on skewed noise, or scores a little too wide or too narrow is no change. State: 12 bytes.
/// </summary>
internal struct Baseline
{
    private const int Memory = 2000;
    private const int Prior = 64;

    private float mean;
    private float meanSquare;
    private short scores;

    /// <summary>The score against the long run: mean 0, variance 1.</summary>
    public readonly float Standardise(float z) => scores == 0 ? z : (z - mean) / MathF.Sqrt(meanSquare - (mean * mean));

    /// <summary>After one more score.</summary>
    public void Observe(float z)
    {
        meanSquare = scores == 0 ? 1 : meanSquare;
        scores = (short)Math.Min(scores + 1, Memory - Prior);
        float gain = 1f / (scores + Prior);
        mean += gain * (z - mean);
        meanSquare += gain * ((z * z) - meanSquare);
    }
}
