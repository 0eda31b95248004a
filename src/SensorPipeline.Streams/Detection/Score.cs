using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Special;

namespace SensorPipeline.Streams.Detection;

/// <summary>How far out a reading is.</summary>
/// <param name="LogTailProbability">ln of the two-sided probability, calibrated on the stream's own tails; NaN while unknown.</param>
/// <param name="Normal">The reading as a standard normal would show it, for sequential tests.</param>
/// <param name="Loudness">The local scale against that of a long memory: by how much <paramref name="Normal"/> is to be multiplied where the noise itself is in question.</param>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly record struct Score(double LogTailProbability, float Normal, float Loudness)
{
    /// <summary>Two-sided, calibrated on the stream's own tails; NaN while unknown.</summary>
    public double TailProbability => Elementary.Exp(LogTailProbability);

    /// <summary>No score: too little is known.</summary>
    public static Score Unknown => new(double.NaN, float.NaN, 1);

    /// <summary>Nothing to be judged by: as ordinary as can be.</summary>
    public static Score Ordinary => new(0, 0, 1);
}
