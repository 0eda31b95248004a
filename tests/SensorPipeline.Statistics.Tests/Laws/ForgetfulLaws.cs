using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Estimators;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

/// <summary>What everything that forgets keeps.</summary>
public abstract class ForgetfulLaws<T>
    where T : unmanaged, IForgetful<T>
{
    /// <summary>One that has seen some generated data.</summary>
    protected abstract T Seen(Random random);

    /// <summary>Weight of what it has seen.</summary>
    protected abstract double Weight(T forgetful);

    /// <summary>Answers that the weight of the past alone does not change.</summary>
    protected abstract double[] Answers(T forgetful);

    [Fact]
    public void Retaining_twice_is_retaining_the_product() => Law.Holds(random =>
    {
        T seen = Seen(random);
        double a = random.NextDouble(), b = random.NextDouble();
        T once = seen.Retain(a * b), twice = seen.Retain(a).Retain(b);
        Law.Close(Weight(once), Weight(twice), 1e-14);
        Law.Close(Answers(once), Answers(twice), 1e-13, 1);
    });

    [Fact]
    public void Retaining_all_changes_no_bit() => Law.Holds(random =>
    {
        T seen = Seen(random);
        Law.SameBits(seen, seen.Retain(1));
    });

    [Fact]
    public void Retaining_none_leaves_no_weight() => Law.Holds(random => Assert.Equal(0, Weight(Seen(random).Retain(0))));

    [Fact]
    public void Retaining_a_share_leaves_that_share_of_the_weight_and_the_same_answers() => Law.Holds(random =>
    {
        T seen = Seen(random);
        double share = 0.1 + (0.9 * random.NextDouble());
        Law.Close(share * Weight(seen), Weight(seen.Retain(share)), 1e-14);
        Law.Close(Answers(seen), Answers(seen.Retain(share)), 1e-12, 1);
    });

    [Fact]
    public void A_snapshot_comes_back_bit_by_bit() => Law.Holds(random =>
    {
        T[] seen = [Seen(random)];
        Law.SameBits(seen[0], MemoryMarshal.Read<T>(MemoryMarshal.AsBytes(seen.AsSpan()).ToArray()));
    });
}
