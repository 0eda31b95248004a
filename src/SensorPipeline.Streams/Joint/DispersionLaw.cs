using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Streams.Joint;

/// <summary>
/// Whether the members scatter more than they did, or no longer together: the running mean over some thirty frames of T²/d, clipped at four, held
/// against its own mean and variance over the past. Finds changed noise and broken correlations, which leave every single frame nearly ordinary.
/// State: five numbers.
/// </summary>
internal readonly record struct DispersionLaw(double Running, double Mean, double Variance, int Frames)
{
    private const double Gain = 1.0 / 32;
    private const double Clip = 4;
    private const int Memory = 500;
    private const double VarianceAtStart = 0.05;
    private const int CountAtStart = 100;

    public static DispersionLaw Start => new(1, 1, VarianceAtStart, CountAtStart);

    /// <summary>−ln of the probability of a running mean as large, if it were Gaussian.</summary>
    public double Surprise => -Normal.Standard.LogSurvivalProbability((Running - Mean) / Math.Sqrt(Variance));

    /// <summary>After a frame's squared distance over its degrees of freedom.</summary>
    public DispersionLaw Observe(double ratio) => this with { Running = Running + (Gain * (Math.Min(ratio, Clip) - Running)) };

    /// <summary>Begins the running mean anew, at what is ordinary.</summary>
    public DispersionLaw Settle() => this with { Running = Mean };

    /// <summary>Learns from the frame at hand.</summary>
    public DispersionLaw Learn()
    {
        int frames = Math.Min(Frames + 1, Memory);
        double deviation = Running - Mean;
        return this with { Frames = frames, Mean = Mean + (deviation / frames), Variance = Variance + (((deviation * deviation) - Variance) / frames) };
    }
}
