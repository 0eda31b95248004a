using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Distributions;

namespace SensorPipeline.Streams.Detection;

/// <summary>z with P(|Z| &gt; z) = p for a standard normal Z, from a table over −ln p that ends at z = 5.</summary>
internal static class NormalScores
{
    private const int Steps = 512;
    private static readonly double MostLog = -Math.Log(2 * new Normal(0, 1).SurvivalProbability(5));
    private static readonly double PerLog = -Steps / MostLog;
    private static readonly float[] Table = [.. Enumerable.Range(0, Steps + 1).Select(i => (float)-new Normal(0, 1).Quantile(0.5 * Math.Exp(-MostLog * i / Steps)))];

    /// <summary>z ≥ 0 for ln p ≤ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(double logProbability)
    {
        float at = (float)(logProbability * PerLog);
        if (!(at < Steps))
        {
            return Table[Steps];
        }

        int index = float.ConvertToIntegerNative<int>(at);
        float from = Table[index];
        return from + ((at - index) * (Table[index + 1] - from));
    }
}
