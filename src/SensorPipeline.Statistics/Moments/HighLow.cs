using System.Runtime.CompilerServices;

namespace SensorPipeline.Statistics.Moments;

/// <summary>A number as the unevaluated sum of a double and its rounding error: twice the digits where a mean is the weak spot.</summary>
internal static class HighLow
{
    /// <summary>high + low + step, renormalised without loss (Knuth's two-sum).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (double High, double Low) Add(double high, double low, double step)
    {
        low += step;
        double sum = high + low;
        double part = sum - high;
        return (sum, high - (sum - part) + (low - part));
    }

    /// <summary>
    /// high + low + step for a step towards a datum, by the shorter fast-two-sum. It is exact while |high| ≥ |low + step|; a step that throws the mean further than it is large costs the last
    /// bit of the new mean, no more, and the dependent chain is what a running mean waits for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (double High, double Low) Step(double high, double low, double step)
    {
        low += step;
        double sum = high + low;
        return (sum, low - (sum - high));
    }
}
