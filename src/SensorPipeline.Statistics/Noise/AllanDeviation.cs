namespace SensorPipeline.Statistics.Noise;

/// <summary>
/// Allan deviation of evenly spaced readings: how much the mean over a time τ = m·τ₀ changes to the next, by which the kinds of noise differ. The mean of all readings is taken off first, against
/// rounding. NaN where there are too few readings for an answer. References: Riley, NIST SP 1065.
/// </summary>
public static class AllanDeviation
{
    /// <summary>Phase x of readings: running sum of reading less mean, times the step; one point more than readings.</summary>
    /// <param name="readings">Evenly spaced readings.</param>
    /// <param name="step">τ₀ in seconds.</param>
    public static double[] Phase(ReadOnlySpan<double> readings, double step)
    {
        var moments = default(Moments.Moments);
        foreach (double y in readings)
        {
            moments = moments.Observe(y);
        }

        (double mean, double rest) = moments.SplitMean;
        double[] phase = new double[readings.Length + 1];
        double high = 0, low = 0;
        for (int i = 0; i < readings.Length; i++)
        {
            (high, low) = Moments.HighLow.Add(high, low, readings[i] - mean - rest);
            phase[i + 1] = (high + low) * step;
        }

        return phase;
    }

    /// <summary>From neighbouring blocks that do not overlap.</summary>
    /// <param name="phase">From <see cref="Phase"/>.</param>
    /// <param name="step">τ₀ in seconds.</param>
    /// <param name="block">m, readings a block.</param>
    public static double NonOverlapping(ReadOnlySpan<double> phase, double step, int block)
    {
        double sum = 0;
        int count = 0;
        for (int k = 0; k + (2 * block) < phase.Length; k += block)
        {
            double d = phase[k + (2 * block)] - (2 * phase[k + block]) + phase[k];
            sum += d * d;
            count++;
        }

        return Deviation(sum, step * block, count);
    }

    /// <summary>From all pairs of neighbouring blocks: the same quantity with more confidence.</summary>
    /// <param name="phase">From <see cref="Phase"/>.</param>
    /// <param name="step">τ₀ in seconds.</param>
    /// <param name="block">m, readings a block.</param>
    public static double Overlapping(ReadOnlySpan<double> phase, double step, int block)
    {
        double sum = 0;
        int count = Math.Max(phase.Length - (2 * block), 0);
        for (int k = 0; k < count; k++)
        {
            double d = phase[k + (2 * block)] - (2 * phase[k + block]) + phase[k];
            sum += d * d;
        }

        return Deviation(sum, step * block, count);
    }

    /// <summary>Modified: with means of the phase, which tells fast kinds of noise apart.</summary>
    /// <param name="phase">From <see cref="Phase"/>.</param>
    /// <param name="step">τ₀ in seconds.</param>
    /// <param name="block">m, readings a block.</param>
    public static double Modified(ReadOnlySpan<double> phase, double step, int block)
    {
        int count = Math.Max(phase.Length - (3 * block) + 1, 0);
        double sum = 0;
        for (int j = 0; j < count; j++)
        {
            double inner = 0;
            for (int i = j; i < j + block; i++)
            {
                inner += phase[i + (2 * block)] - (2 * phase[i + block]) + phase[i];
            }

            inner /= block;
            sum += inner * inner;
        }

        return Deviation(sum, step * block, count);
    }

    private static double Deviation(double sum, double tau, int count) => count > 0 ? Math.Sqrt(sum / (2 * tau * tau * count)) : double.NaN;
}
