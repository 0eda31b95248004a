using System.Runtime.CompilerServices;

namespace SensorPipeline.Statistics.Noise;

/// <summary>
/// Allan variance of a stream as it comes for blocks of 1, 2, 4, … 128 readings, as a value and with forgetting: like <see cref="AllanCascade"/>, two levels a reading on average, each a running mean of
/// half the squared differences of neighbouring block means over the last thousand blocks. NaN before two blocks. The first reading is the origin. State: 144 bytes.
/// </summary>
public struct RunningAllanVariance
{
    /// <summary>Number of levels; the largest block has 2^(levels−1) readings.</summary>
    public const int Levels = 8;

    private const long Memory = 1000;

    private long readings;
    private double origin;
    private PerLevel means;
    private PerLevel variances;

    /// <summary>Number of readings observed.</summary>
    public readonly long Readings => readings;

    /// <summary>Takes in a reading; one that is not finite changes nothing.</summary>
    /// <param name="y">The reading.</param>
    public void Observe(double y)
    {
        if (!double.IsFinite(y))
        {
            return;
        }

        origin = readings == 0 ? y : origin;
        double mean = y - origin;
        long blocks = ++readings;
        for (int level = 0; level < Levels; level++)
        {
            double before = means[level];
            means[level] = mean;
            if (blocks > 1)
            {
                double difference = mean - before;
                variances[level] += ((0.5 * difference * difference) - variances[level]) / (double)Math.Min(blocks - 1, Memory);
            }

            if ((blocks & 1) == 1)
            {
                return;
            }

            blocks >>= 1;
            mean = 0.5 * (before + mean);
        }
    }

    /// <summary>Allan variance at a level; NaN before two blocks.</summary>
    /// <param name="level">Blocks of 2^level readings.</param>
    public readonly double Variance(int level) => Blocks(level) > 1 ? variances[level] : double.NaN;

    /// <summary>Number of blocks an answer rests on.</summary>
    /// <param name="level">Blocks of 2^level readings.</param>
    public readonly double Blocks(int level) => Math.Min(readings >> level, Memory);

    /// <summary>How much there is of each kind of noise.</summary>
    /// <param name="step">τ₀, time between readings in seconds.</param>
    public readonly NoiseCoefficients Fit(double step)
    {
        Span<double> times = stackalloc double[Levels];
        Span<double> at = stackalloc double[Levels];
        Span<double> blocks = stackalloc double[Levels];
        for (int level = 0; level < Levels; level++)
        {
            (times[level], at[level], blocks[level]) = (step * (1 << level), Variance(level), Blocks(level));
        }

        return NoiseCoefficients.Fit(step, times, at, blocks);
    }

    [InlineArray(Levels)]
    private struct PerLevel
    {
        private double element;
    }
}
