using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

/// <summary>What every estimator in an object keeps that takes in another.</summary>
public abstract class MergingLaws<T>
    where T : class
{
    /// <summary>One that has observed nothing.</summary>
    protected abstract T Create();

    /// <summary>Takes in a datum, or a row made from it and the one before.</summary>
    protected abstract void Observe(T estimator, double x, double before);

    /// <summary>Takes in another.</summary>
    protected abstract void Merge(T estimator, T other);

    /// <summary>All it has to say.</summary>
    protected abstract double[] Answers(T estimator);

    /// <summary>Whether one datum alone says something: differences of neighbours need two.</summary>
    protected virtual bool IsOfSingleData => true;

    protected T Observe(double[] data)
    {
        T estimator = Create();
        for (int i = 0; i < data.Length; i++)
        {
            Observe(estimator, data[i], data[Math.Max(i - 1, 0)]);
        }

        return estimator;
    }

    [Fact]
    public void Merging_with_nothing_changes_no_answer() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        Assert.Equal(Answers(Observe(data)), Answers(Sum(Observe(data), Create())));
        Assert.Equal(Answers(Observe(data)), Answers(Sum(Create(), Observe(data))));
    });

    [Fact]
    public void Merging_is_commutative() => Law.Holds(random =>
    {
        double[] a = Law.Data(random), b = Law.Data(random);
        Compare(Sum(Observe(a), Observe(b)), Sum(Observe(b), Observe(a)));
    });

    [Fact]
    public void Merging_is_associative() => Law.Holds(random =>
    {
        double[] a = Law.Data(random), b = Law.Data(random), c = Law.Data(random);
        Compare(Sum(Sum(Observe(a), Observe(b)), Observe(c)), Sum(Observe(a), Sum(Observe(b), Observe(c))));
    });

    [Fact]
    public void Observing_equals_merging_one() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        T merged = Create();
        for (int i = 0; i < data.Length; i++)
        {
            T one = Create();
            Observe(one, data[i], data[Math.Max(i - 1, 0)]);
            Merge(merged, one);
        }

        Compare(IsOfSingleData ? Observe(data) : Create(), merged);
    });

    private T Sum(T left, T right)
    {
        Merge(left, right);
        return left;
    }

    private void Compare(T want, T got) => Law.Close(Answers(want), Answers(got), 1e-11, 1);
}

/// <summary>What every estimator in an object keeps that forgets.</summary>
public abstract class FadingLaws<T>
    where T : class
{
    /// <summary>One that has seen some generated data.</summary>
    protected abstract T Seen(Random random);

    protected abstract void Retain(T estimator, double share);

    /// <summary>Weight of what it has seen.</summary>
    protected abstract double Weight(T estimator);

    /// <summary>Answers that the weight of the past alone does not change.</summary>
    protected abstract double[] Answers(T estimator);

    [Fact]
    public void Retaining_twice_is_retaining_the_product_and_leaves_the_answers() => Law.Holds(random =>
    {
        int seed = random.Next();
        double a = 0.1 + (0.9 * random.NextDouble()), b = 0.1 + (0.9 * random.NextDouble());
        T all = Seen(new Random(seed)), once = Seen(new Random(seed)), twice = Seen(new Random(seed));
        Retain(once, a * b);
        Retain(twice, a);
        Retain(twice, b);
        Law.Close(a * b * Weight(all), Weight(once), 1e-14);
        Law.Close(Weight(once), Weight(twice), 1e-14);
        Law.Close(Answers(all), Answers(once), 1e-12, 1);
        Law.Close(Answers(once), Answers(twice), 1e-12, 1);
    });
}
