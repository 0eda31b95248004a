using System.Runtime.InteropServices;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

/// <summary>
/// What every estimator keeps that is a value with parameters of its own beside the datum: those in the unit of the data move and stretch with them, and a standardised residual is that of the
/// data moved and stretched.
/// </summary>
public abstract class ValueLaws<T>
    where T : unmanaged
{
    /// <summary>One that has observed nothing, for data that are shifted and stretched by so much.</summary>
    protected virtual T Start(double shift, double factor) => default;

    /// <summary>After one more datum, which is shifted and stretched by so much.</summary>
    protected abstract T Observe(T estimator, double x, double shift, double factor);

    /// <summary>Answers that move and stretch with the data.</summary>
    protected virtual double[] Locations(T estimator) => [];

    /// <summary>Answers that stretch with the data.</summary>
    protected virtual double[] Scales(T estimator) => [];

    /// <summary>Answers that do neither.</summary>
    protected virtual double[] Shapes(T estimator) => [];

    /// <summary>Data of the kind it is for.</summary>
    protected virtual double[] Data(Random random) => Law.Data(random);

    /// <summary>How much an offset of a billion may change.</summary>
    protected virtual double OffsetTolerance => Tolerance;

    protected T Observe(double[] data, double shift = 0, double factor = 1)
    {
        T estimator = Start(shift, factor);
        foreach (double x in data)
        {
            estimator = Observe(estimator, (x * factor) + shift, shift, factor);
        }

        return estimator;
    }

    private const double Tolerance = 1e-9;

    [Fact]
    public void A_snapshot_comes_back_bit_by_bit_and_goes_on_alike() => Law.Holds(random =>
    {
        T[] seen = [Observe(Data(random))];
        T original = seen[0], restored = MemoryMarshal.Read<T>(MemoryMarshal.AsBytes(seen.AsSpan()).ToArray());
        foreach (double x in Data(random))
        {
            Law.SameBits(original, restored);
            original = Observe(original, x, 0, 1);
            restored = Observe(restored, x, 0, 1);
        }

        Law.SameBits(original, restored);
    });

    [Fact]
    public void Shifted_data_shift_the_locations_alone() => Law.Holds(random =>
    {
        double[] data = Data(random);
        double shift = random.Next(-1000, 1000);
        T plain = Observe(data), shifted = Observe(data, shift);
        Law.Close([.. Locations(plain).Select(x => x + shift)], Locations(shifted), Tolerance, Math.Abs(shift) + data.Max(Math.Abs));
        Law.Close(Scales(plain), Scales(shifted), Tolerance, data.Max(Math.Abs));
        Law.Close(Shapes(plain), Shapes(shifted), Tolerance, 1);
    });

    [Fact]
    public void Stretched_data_stretch_locations_and_scales() => Law.Holds(random =>
    {
        double[] data = Data(random);
        double factor = random.Next(1, 1000) * (random.Next(2) == 0 ? 0.125 : 8);
        T plain = Observe(data), stretched = Observe(data, 0, factor);
        Law.Close([.. Locations(plain).Select(x => x * factor)], Locations(stretched), Tolerance, factor * data.Max(Math.Abs));
        Law.Close([.. Scales(plain).Select(x => x * factor)], Scales(stretched), Tolerance, factor * data.Max(Math.Abs));
        Law.Close(Shapes(plain), Shapes(stretched), Tolerance, 1);
    });

    [Fact]
    public void An_offset_of_a_billion_costs_no_more_than_is_stated() => Law.Holds(random =>
    {
        double[] data = Data(random);
        T plain = Observe(data), offset = Observe(data, 1e9);
        Law.Close(Scales(plain), Scales(offset), OffsetTolerance);
        Law.Close(Shapes(plain), Shapes(offset), OffsetTolerance, 1);
    });

    [Fact]
    public void Finite_data_give_finite_answers() => Law.Holds(random =>
    {
        T estimator = Observe(Data(random), 0, Math.Pow(10, random.Next(-60, 60)));
        double[] answers = [.. Locations(estimator), .. Scales(estimator), .. Shapes(estimator)];
        Assert.NotEmpty(answers);
        Assert.All(answers, x => Assert.True(double.IsFinite(x), $"{x} among {answers.Length} answers"));
    });

    [Fact]
    public void A_datum_that_is_not_finite_changes_no_answer() => Law.Holds(random =>
    {
        T estimator = Observe(Data(random));
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            T after = Observe(estimator, bad, 0, 1);
            Assert.Equal(Locations(estimator), Locations(after));
            Assert.Equal(Scales(estimator), Scales(after));
            Assert.Equal(Shapes(estimator), Shapes(after));
        }
    });

    [Fact]
    public void Observing_allocates_nothing()
    {
        double[] data = Data(new Random(1));
        Assert.Equal(0, Allocation.OfEveryRun(() => Observe(data)));
    }
}
