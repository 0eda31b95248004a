using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Estimators;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

/// <summary>What every estimator of one variable keeps.</summary>
public abstract class EstimatorLaws<T>
    where T : unmanaged, IEstimator<T>
{
    /// <summary>Answers that move with the data.</summary>
    protected abstract double Location(T estimator);

    /// <summary>Answers that stretch with the data.</summary>
    protected abstract double Scale(T estimator);

    /// <summary>Answers that do neither.</summary>
    protected virtual double[] Shape(T estimator) => [];

    /// <summary>How exact equivariance is: some estimators weigh data by an earlier estimate.</summary>
    protected virtual double Tolerance => 1e-9;

    private static T Observe(ReadOnlySpan<double> data)
    {
        T estimator = default;
        foreach (double x in data)
        {
            estimator = estimator.Observe(x);
        }

        return estimator;
    }

    [Fact]
    public void A_snapshot_comes_back_bit_by_bit_and_goes_on_alike() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        T estimator = Observe(data);
        T[] original = [estimator];
        T restored = MemoryMarshal.Read<T>(MemoryMarshal.AsBytes(original.AsSpan()).ToArray());
        Law.SameBits(estimator, restored);
        foreach (double x in Law.Data(random))
        {
            estimator = estimator.Observe(x);
            restored = restored.Observe(x);
        }

        Law.SameBits(estimator, restored);
    });

    [Fact]
    public void Shifted_data_shift_the_location_alone() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        double shift = random.Next(-1000, 1000);
        T plain = Observe(data), shifted = Observe([.. data.Select(x => x + shift)]);
        Law.Close(Location(plain) + shift, Location(shifted), Tolerance, Math.Abs(shift) + data.Max(Math.Abs));
        Law.Close(Scale(plain), Scale(shifted), Tolerance);
        Law.Close(Shape(plain), Shape(shifted), Tolerance, 1);
    });

    [Fact]
    public void Stretched_data_stretch_location_and_scale() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        double factor = random.Next(1, 1000) * (random.Next(2) == 0 ? 0.125 : 8);
        T plain = Observe(data), stretched = Observe([.. data.Select(x => x * factor)]);
        Law.Close(Location(plain) * factor, Location(stretched), Tolerance, factor * data.Max(Math.Abs));
        Law.Close(Scale(plain) * factor, Scale(stretched), Tolerance);
        Law.Close(Shape(plain), Shape(stretched), Tolerance, 1);
    });

    [Fact]
    public void An_offset_of_a_billion_costs_no_digit_of_the_scale() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        T plain = Observe(data), offset = Observe([.. data.Select(x => x + 1e9)]);
        Law.Close(Scale(plain), Scale(offset), Tolerance);
        Law.Close(Shape(plain), Shape(offset), Tolerance, 1);
    });

    [Fact]
    public void Finite_data_give_no_infinite_answer() => Law.Holds(random =>
    {
        double power = Math.Pow(10, random.Next(-60, 60));
        T estimator = default;
        int seen = 0;
        foreach (double x in Law.Data(random))
        {
            estimator = estimator.Observe(x * power);
            seen++;
            Assert.True(double.IsFinite(Location(estimator)), $"location {Location(estimator)} after {seen} data");
            Assert.False(double.IsInfinity(Scale(estimator)), $"scale {Scale(estimator)} after {seen} data");
            Assert.True(seen < 4 || double.IsFinite(Scale(estimator)), $"scale {Scale(estimator)} after {seen} data");
            Assert.DoesNotContain(Shape(estimator), double.IsInfinity);
        }
    });

    [Fact]
    public void A_datum_that_is_not_finite_changes_nothing() => Law.Holds(random =>
    {
        T estimator = Observe(Law.Data(random));
        Law.SameBits(estimator, estimator.Observe(double.NaN));
        Law.SameBits(estimator, estimator.Observe(double.PositiveInfinity));
        Law.SameBits(estimator, estimator.Observe(double.NegativeInfinity));
    });

    [Fact]
    public void Before_the_first_datum_nothing_is_known()
    {
        Assert.Equal(0, default(T).Weight);
        Assert.Equal(double.NaN, Location(default));
        Assert.Equal(double.NaN, Scale(default));
    }

    [Fact]
    public void Equal_data_have_no_spread() => Law.Holds(random =>
    {
        double value = random.NextDouble() * Math.Pow(10, random.Next(-20, 20));
        T estimator = default;
        for (int i = 0; i < 100; i++)
        {
            estimator = estimator.Observe(value);
        }

        Assert.Equal(value, Location(estimator));
        Assert.Equal(0, Scale(estimator));
    });

    [Fact]
    public void Observing_allocates_nothing()
    {
        double[] data = Law.Data(new Random(1));
        Assert.Equal(0, Allocation.OfEveryRun(() => Observe(data)));
    }
}
