using System.Runtime.CompilerServices;

namespace SensorPipeline.Streams.Detection;

/// <summary>A two-sided cumulative sum whose threshold follows what this stream's own sums do by chance. State: 44 bytes.</summary>
internal struct Excursions
{
    private Excursion upper;
    private Excursion lower;
    private ExcursionTail tail;

    /// <summary>Readings since the upper sum left zero.</summary>
    public readonly int UpperLength => upper.Length;

    /// <summary>Readings since the lower sum left zero.</summary>
    public readonly int LowerLength => lower.Length;

    /// <summary>Whether a change was declared whose evidence has not gone yet.</summary>
    public readonly bool IsBeyond => upper.IsBeyond(tail.Threshold) || lower.IsBeyond(tail.Threshold);

    /// <summary>After one more reading: +1 where the upper sum declares a change, −1 where the lower one does, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Observe(float up, float down, in ExcursionLaw law, double alpha)
    {
        tail.Pass();
        bool rises = upper.Observe(up, ref tail, law, alpha);
        bool falls = lower.Observe(down, ref tail, law, alpha);
        return rises ? 1 : falls ? -1 : 0;
    }

    /// <summary>Finds the threshold anew for a probability a reading.</summary>
    public void Solve(in ExcursionLaw law, double alpha) => tail.Solve(law, alpha);

    /// <summary>Both sums back to zero: the change is adopted.</summary>
    public void Restart(in ExcursionLaw law, double alpha)
    {
        upper.End(ref tail, law, alpha);
        lower.End(ref tail, law, alpha);
    }
}
