using SensorPipeline.Statistics.Estimators;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

/// <summary>What every estimator that can be merged keeps.</summary>
public abstract class MergeableLaws<T>
    where T : unmanaged, IMergeable<T>, IEstimator<T>
{
    protected abstract double[] Answers(T estimator);

    /// <summary>Merging is exact up to rounding.</summary>
    protected virtual double Tolerance => 1e-11;

    protected static T Observe(ReadOnlySpan<double> data)
    {
        T estimator = default;
        foreach (double x in data)
        {
            estimator = estimator.Observe(x);
        }

        return estimator;
    }

    [Fact]
    public void Merging_with_nothing_changes_no_bit() => Law.Holds(random =>
    {
        T estimator = Observe(Law.Data(random));
        Law.SameBits(estimator, estimator + T.AdditiveIdentity);
        Law.SameBits(estimator, T.AdditiveIdentity + estimator);
    });

    [Fact]
    public void Merging_is_commutative() => Law.Holds(random =>
    {
        T a = Observe(Law.Data(random)), b = Observe(Law.Data(random));
        Compare(a + b, b + a);
    });

    [Fact]
    public void Merging_is_associative() => Law.Holds(random =>
    {
        T a = Observe(Law.Data(random)), b = Observe(Law.Data(random)), c = Observe(Law.Data(random));
        Compare(a + b + c, a + (b + c));
    });

    [Fact]
    public void Observing_equals_merging_one() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        T observed = default, merged = T.AdditiveIdentity;
        foreach (double x in data)
        {
            observed = observed.Observe(x);
            merged += default(T).Observe(x);
        }

        Compare(observed, merged);
    });

    [Fact]
    public void Merging_parts_equals_observing_the_whole() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        int cut = random.Next(data.Length);
        Compare(Observe(data), Observe(data.AsSpan(0, cut)) + Observe(data.AsSpan(cut)));
    });

    private void Compare(T want, T got) => Law.Close(Answers(want), Answers(got), Tolerance, 1);
}
