using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Fusion;

/// <summary>
/// How the members' noise is correlated in time, from what each says against the others: that holds no trace of the quantity, so that what lasts in it is noise and no movement.
/// With precisions as weights w a member's deviation from the others has the correlation ρᵢ where (1 − wᵢ)ρᵢ = (1 − wᵢ)²fᵢ + wᵢ·Σⱼ≠ᵢ wⱼfⱼ, f being the members' own; solved for what differs
/// from their mean, drawn towards it as far as the readings are few, since two members, or one that is far better than all others, cannot be told apart by differences. The
/// fused noise has the correlation Σwᵢfᵢ. A noise that all members share is not in it, nor is anything of a single one. Memory 1000 readings. State: 6 numbers a member.
/// </summary>
internal sealed class NoiseMemory : ISnapshot
{
    private const double Memory = 1000;
    private const double ClipAt = 3;
    private const double Alike = 25;
    private const int Rounds = 6;

    private Member[] members = [];
    private SerialCorrelation[] own = [];
    private double[] weights = [];
    private double[] differing = [];

    /// <summary>That of the fused noise.</summary>
    public SerialCorrelation Fused { get; private set; }

    /// <summary>That of what one member says against the others.</summary>
    public SerialCorrelation Of(int member) => own[member];

    /// <summary>Makes room for members.</summary>
    public void Grow(int count)
    {
        int from = members.Length;
        Array.Resize(ref members, count);
        Array.Resize(ref own, count);
        members.AsSpan(from).Fill(Member.New);
        weights = new double[count];
        differing = new double[count];
    }

    /// <summary>Forgets which readings came last: what comes next is not their neighbour.</summary>
    public void Interrupt()
    {
        foreach (ref Member member in members.AsSpan())
        {
            member = member with { Last = double.NaN, Before = double.NaN };
        }
    }

    /// <summary>Learns what a member says against the others, in standard deviations; NaN where it says nothing.</summary>
    public void Observe(int member, double deviation) => members[member] = members[member].Observe(Math.Clamp(deviation, -ClipAt, ClipAt));

    /// <summary>Works out the correlations from what was learned.</summary>
    public void Refresh(NoiseCovariance noise)
    {
        double total = 0;
        double pairs = double.PositiveInfinity;
        for (int i = 0; i < members.Length; i++)
        {
            bool counts = noise.IsKnown(i) && members[i].Pairs > 0 && members[i].Square > 0;
            own[i] = counts ? SerialCorrelation.Of(members[i].First / members[i].Square, members[i].Second / members[i].Square, members[i].Pairs) : SerialCorrelation.White;
            weights[i] = counts ? 1 / noise.Variance(i) : 0;
            total += weights[i];
            pairs = counts ? Math.Min(pairs, members[i].Pairs) : pairs;
        }

        for (int i = 0; i < members.Length; i++)
        {
            weights[i] = total > 0 ? weights[i] / total : 0;
        }

        Fused = total > 0 ? SerialCorrelation.Of(Together(second: false), Together(second: true), pairs) : SerialCorrelation.White;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteSpan<Member>(members);
        writer.WriteSpan<SerialCorrelation>(own);
        writer.Write(Fused);
    }

    /// <inheritdoc/>
    public void Load(ref SnapshotReader reader)
    {
        members = reader.ReadArray<Member>();
        own = reader.ReadArray<SerialCorrelation>();
        Fused = reader.Read<SerialCorrelation>();
        weights = new double[members.Length];
        differing = new double[members.Length];
    }

    private double Together(bool second)
    {
        double pairs = 0;
        double mean = 0;
        for (int i = 0; i < members.Length; i++)
        {
            double count = weights[i] > 0 ? members[i].Pairs : 0;
            pairs += count;
            mean += count > 0 ? count * (members[i].Correlation(second) - mean) / pairs : 0;
        }

        differing.AsSpan().Clear();
        double sum = 0;
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < members.Length; i++)
            {
                sum += weights[i] > 0 ? weights[i] * Improve(i, members[i].Correlation(second) - mean, sum) : 0;
            }
        }

        return mean + sum;
    }

    private double Improve(int i, double correlation, double sum)
    {
        double rest = 1 - weights[i];
        double before = differing[i];
        double others = sum - (weights[i] * before);
        differing[i] = ((rest * correlation) - (weights[i] * others)) / ((rest * rest) + (Alike / members[i].Pairs));
        return differing[i] - before;
    }

    private readonly record struct Member(double Last, double Before, double Square, double First, double Second, double Pairs)
    {
        public static Member New => new(double.NaN, double.NaN, 0, 0, 0, 0);

        public double Correlation(bool second) => (second ? Second : First) / Square;

        public Member Observe(double deviation)
        {
            Member next = this with { Last = deviation, Before = Last };
            if (double.IsNaN(deviation * Last * Before))
            {
                return next;
            }

            double pairs = Math.Min(Pairs + 1, Memory);
            return next with
            {
                Square = Square + (((deviation * deviation) - Square) / pairs),
                First = First + (((deviation * Last) - First) / pairs),
                Second = Second + (((deviation * Before) - Second) / pairs),
                Pairs = pairs,
            };
        }
    }
}
