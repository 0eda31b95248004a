using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Joint;

/// <summary>
/// What each member is expected to read by its own past. Four exponentially weighted means a member, with gains from 1/512 to 1/8, run side by
/// side; the one that best predicted the means of the latest blocks of 32 readings is its level, so that a steady member is held against a long
/// past and one that wanders against a short one. How much a member wanders is the variance q by which its level moves a reading: what the
/// errors of those predictions have beyond eight times what white noise explains, over the block's length.
/// <para>Steps are clipped at eight standard deviations. Works on standardised values. State: 20 numbers a member.</para>
/// </summary>
internal sealed class MemberLevels(int members) : ISnapshot
{
    private const int Block = 32;
    private const int BlocksRemembered = 20;
    private const double ClearlyMore = 8;
    private const double Preference = 0.5;
    private const double Clip = 8;
    private const int CountAtStart = 32;
    private const int CountAfterMove = 5;
    private const int CountKept = 512;

    private static readonly double[] Gains = [1.0 / 512, 1.0 / 128, 1.0 / 32, 1.0 / 8];

    private readonly double[] means = new double[members * Gains.Length];
    private readonly double[] meansBefore = new double[members * Gains.Length];
    private readonly double[] errors = new double[members * Gains.Length];
    private readonly Member[] state = New(members);

    /// <summary>The level of a member.</summary>
    public double this[int member] => means[(member * Gains.Length) + state[member].Selected];

    /// <summary>Variance by which a member's level moves a reading; 0 where it does not clearly move.</summary>
    public double Wander(int member) => state[member].Wander;

    /// <summary>How many readings the level rests on, at most 512.</summary>
    public int Count(int member) => state[member].Count;

    /// <summary>A reading limited to what a step may count.</summary>
    public double Limit(int member, double value, double deviation)
    {
        double level = this[member];
        return Math.Clamp(value, level - (Clip * deviation), level + (Clip * deviation));
    }

    /// <summary>
    /// Learns from a reading; <paramref name="deviation"/> is the member's standard deviation about its level. One that is <paramref name="held"/>
    /// keeps its level and its wandering as they are, and only its blocks go on.
    /// </summary>
    public void Observe(int member, double value, double deviation, bool held)
    {
        ref Member m = ref state[member];
        double limited = Limit(member, value, deviation);
        if (!held)
        {
            m.Count = Math.Min(m.Count + 1, CountKept);
            double gain = 1.0 / m.Count;
            for (int g = 0; g < Gains.Length; g++)
            {
                ref double mean = ref means[(member * Gains.Length) + g];
                mean += Math.Max(Gains[g], gain) * Math.Clamp(value - mean, -Clip * deviation, Clip * deviation);
            }

            double step = m.Differences == 0 ? 0 : Math.Min((value - m.Last) * (value - m.Last), 2 * Clip * deviation * deviation);
            m.Differences = Math.Min(m.Differences + 1, CountKept);
            m.DifferenceVariance += (step - m.DifferenceVariance) / m.Differences;
        }

        m.Last = value;
        m.BlockSum += limited;
        if (++m.BlockCount == Block)
        {
            EndBlock(member, held);
        }
    }

    /// <summary>Begins a level anew at a value, as if few readings had been seen there.</summary>
    public void MoveTo(int member, double value)
    {
        means.AsSpan(member * Gains.Length, Gains.Length).Fill(value);
        meansBefore.AsSpan(member * Gains.Length, Gains.Length).Fill(value);
        ref Member m = ref state[member];
        // A block that began on the former level would take the move for wandering.
        (m.Count, m.BlockCount, m.BlockSum) = (CountAfterMove, 0, 0);
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<double>(means);
        writer.WriteSpan<double>(meansBefore);
        writer.WriteSpan<double>(errors);
        writer.WriteSpan<Member>(state);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        reader.ReadInto(means);
        reader.ReadInto(meansBefore);
        reader.ReadInto(errors);
        reader.ReadInto(state);
    }

    private static Member[] New(int members)
    {
        var state = new Member[members];
        Array.Fill(state, new Member { Count = CountAtStart });
        return state;
    }

    private void EndBlock(int member, bool held)
    {
        ref Member m = ref state[member];
        double mean = m.BlockSum / Block;
        if (m.Blocks >= 2 && !held)
        {
            Select(member, mean, 1.0 / Math.Min(m.Blocks - 1, BlocksRemembered));
        }

        m.Blocks++;
        m.BlockSum = 0;
        m.BlockCount = 0;
        Span<double> own = means.AsSpan(member * Gains.Length, Gains.Length);
        own.CopyTo(meansBefore.AsSpan(member * Gains.Length));
    }

    private void Select(int member, double blockMean, double gain)
    {
        ref Member m = ref state[member];
        double best = double.PositiveInfinity;
        for (int g = 0; g < Gains.Length; g++)
        {
            int at = (member * Gains.Length) + g;
            double error = blockMean - meansBefore[at];
            errors[at] += gain * ((error * error) - errors[at]);
            (m.Selected, best) = errors[at] < Preference * best ? (g, errors[at]) : (m.Selected, best);
        }

        double white = m.DifferenceVariance / (2 * Block);
        m.Wander = Math.Max(0, best - (ClearlyMore * white)) / Block;
    }

    private struct Member
    {
        public int Selected;
        public int Count;
        public int Blocks;
        public int BlockCount;
        public int Differences;
        public double BlockSum;
        public double Last;
        public double DifferenceVariance;
        public double Wander;
    }
}
