using SensorPipeline.Statistics.Estimators;

namespace SensorPipeline.Statistics.Noise;

/// <summary>
/// Allan variance of a stream as it comes, for blocks of 1, 2, 4, … readings: each level keeps the last block mean and the sum of squared differences of neighbours, and passes the mean of two blocks
/// up. Two levels a reading on average. Merging adds sums. The first reading is the origin, so that a large offset costs no digits.
/// <para>State: 4 doubles a level and one.</para>
/// </summary>
public sealed class AllanCascade : IRestorable
{
    private readonly double[] squares;
    private readonly double[] counts;
    private readonly double[] last;
    private readonly bool[] half;
    private double origin = double.NaN;

    /// <summary>Nothing observed yet.</summary>
    /// <param name="levels">Number of levels; the largest block has 2^(levels−1) readings.</param>
    public AllanCascade(int levels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        squares = new double[levels];
        counts = new double[levels];
        last = new double[levels];
        half = new bool[levels];
        Array.Fill(last, double.NaN);
    }

    /// <summary>Number of levels.</summary>
    public int Levels => squares.Length;

    /// <summary>Takes in a reading; one that is not finite is left out.</summary>
    /// <param name="y">The reading.</param>
    public void Observe(double y)
    {
        if (!double.IsFinite(y))
        {
            return;
        }

        origin = double.IsNaN(origin) ? y : origin;
        double mean = y - origin;
        for (int level = 0; level < squares.Length; level++)
        {
            double before = last[level];
            last[level] = mean;
            if (!double.IsNaN(before))
            {
                squares[level] += (mean - before) * (mean - before);
                counts[level]++;
            }

            half[level] = !half[level];
            if (half[level])
            {
                return;
            }

            mean = 0.5 * (before + mean);
        }
    }

    /// <summary>Starts a new run of neighbours after a gap; what was learned stays.</summary>
    public void Break()
    {
        Array.Fill(last, double.NaN);
        Array.Clear(half);
    }

    /// <summary>Takes in all differences another has seen.</summary>
    /// <param name="other">With the same number of levels or fewer; left as it is.</param>
    public void Merge(AllanCascade other)
    {
        for (int level = 0; level < other.squares.Length; level++)
        {
            squares[level] += other.squares[level];
            counts[level] += other.counts[level];
        }
    }

    /// <summary>Weighs the past by a share.</summary>
    /// <param name="share">In [0,1].</param>
    public void Retain(double share)
    {
        for (int level = 0; level < squares.Length; level++)
        {
            squares[level] *= share;
            counts[level] *= share;
        }
    }

    /// <inheritdoc/>
    public int SnapshotLength => 1 + (4 * Levels);

    /// <inheritdoc/>
    public void Snapshot(Span<double> state)
    {
        state[0] = origin;
        for (int level = 0; level < Levels; level++)
        {
            Span<double> own = state.Slice(1 + (4 * level), 4);
            (own[0], own[1], own[2], own[3]) = (squares[level], counts[level], last[level], half[level] ? 1 : 0);
        }
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<double> state)
    {
        SnapshotState.RequireLength(state, state.Length == SnapshotLength);
        SnapshotState.Require(!double.IsInfinity(state[0]), "an origin that is not finite");
        for (int level = 0; level < Levels; level++)
        {
            ReadOnlySpan<double> own = state.Slice(1 + (4 * level), 4);
            long odd = SnapshotState.Whole(own[3], 0, 1, "half a block");
            SnapshotState.Require(own[0] >= 0 && own[1] >= 0 && !double.IsInfinity(own[2]), "sums out of range");
            SnapshotState.Require(odd == 0 || !double.IsNaN(own[2]), "half a block without its first mean");
        }

        origin = state[0];
        for (int level = 0; level < Levels; level++)
        {
            ReadOnlySpan<double> own = state.Slice(1 + (4 * level), 4);
            (squares[level], counts[level], last[level], half[level]) = (own[0], own[1], own[2], own[3] > 0);
        }
    }

    /// <summary>Number of differences seen at a level.</summary>
    /// <param name="level">Blocks of 2^level readings.</param>
    public double Count(int level) => counts[level];

    /// <summary>Allan variance at a level, half the mean squared difference; NaN before there is one.</summary>
    /// <param name="level">Blocks of 2^level readings.</param>
    public double Variance(int level) => counts[level] > 0 ? squares[level] / (2 * counts[level]) : double.NaN;
}
