using System.Runtime.InteropServices;
using SensorPipeline.Statistics.Estimators;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

/// <summary>What every estimator that lives in an object keeps. Parameters in the unit of the data move and stretch with them.</summary>
public abstract class RestorableLaws<T>
    where T : class, IRestorable
{
    /// <summary>One that has observed nothing, for data that are shifted and stretched by so much.</summary>
    protected abstract T Create(double shift, double factor);

    /// <summary>Takes in the datum at a place, or a row made from it and the one before.</summary>
    protected abstract void Observe(T estimator, ReadOnlySpan<double> data, int place);

    /// <summary>Answers that move and stretch with the data.</summary>
    protected virtual double[] Locations(T estimator) => [];

    /// <summary>Answers that stretch with the data.</summary>
    protected virtual double[] Scales(T estimator) => [];

    /// <summary>Answers that do neither.</summary>
    protected virtual double[] Shapes(T estimator) => [];

    /// <summary>How exact equivariance is.</summary>
    protected virtual double Tolerance => 1e-9;

    /// <summary>How much an offset of a billion may change: more where a mean is kept as one number, which has a resolution of 1e-7 there.</summary>
    protected virtual double OffsetTolerance => Tolerance;

    protected static double Before(ReadOnlySpan<double> data, int place) => data[Math.Max(place - 1, 0)];

    [Fact]
    public void A_snapshot_comes_back_bit_by_bit_and_goes_on_alike() => Law.Holds(random =>
    {
        T original = Observe(Law.Data(random, least: 0), 0, 1), restored = Observe(Law.Data(random), 0, 1);
        restored.Restore(Snapshot(original));
        SameBits(original, restored);
        double[] more = Law.Data(random);
        for (int i = 0; i < more.Length; i++)
        {
            Observe(original, more, i);
            Observe(restored, more, i);
            SameBits(Snapshot(original), Snapshot(restored));
        }

        SameBits(original, restored);
    });

    [Fact]
    public void A_snapshot_of_another_length_is_refused_and_changes_nothing() => Law.Holds(random =>
    {
        T estimator = Observe(Law.Data(random), 0, 1);
        double[] state = Snapshot(estimator), more = new double[5000];
        state.CopyTo(more, 0);
        Assert.ThrowsAny<ArgumentException>(() => estimator.Restore(more));
        SameBits(state, Snapshot(estimator));
    });

    [Fact]
    public void Whatever_a_snapshot_holds_it_is_refused_or_does_no_harm() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        T estimator = Observe(data, 0, 1);
        for (int trial = 0; trial < 20; trial++)
        {
            double[] state = Snapshot(estimator), before = [.. state];
            for (int change = 0; change < 3 && state.Length > 0; change++)
            {
                state[random.Next(state.Length)] = Bad[random.Next(Bad.Length)];
            }

            Exception? refusal = Record.Exception(() => estimator.Restore(state.AsSpan(0, random.Next(2) == 0 ? state.Length : random.Next(state.Length + 1))));
            Assert.True(refusal is null or ArgumentException or InvalidDataException, refusal?.ToString());
            if (refusal is not null)
            {
                SameBits(before, Snapshot(estimator));
            }

            for (int i = 0; i < data.Length; i++)
            {
                Observe(estimator, data, i);
            }

            Answers(estimator);
            estimator = Observe(data, 0, 1);
        }
    });

    [Fact]
    public void Shifted_data_shift_the_locations_alone() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        double shift = random.Next(-1000, 1000);
        T plain = Observe(data, 0, 1), shifted = Observe(data, shift, 1);
        Law.Close([.. Locations(plain).Select(x => x + shift)], Locations(shifted), Tolerance, Math.Abs(shift) + data.Max(Math.Abs));
        Law.Close(Scales(plain), Scales(shifted), Tolerance);
        Law.Close(Shapes(plain), Shapes(shifted), Tolerance, 1);
    });

    [Fact]
    public void Stretched_data_stretch_locations_and_scales() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        double factor = random.Next(1, 1000) * (random.Next(2) == 0 ? 0.125 : 8);
        T plain = Observe(data, 0, 1), stretched = Observe(data, 0, factor);
        Law.Close([.. Locations(plain).Select(x => x * factor)], Locations(stretched), Tolerance, factor * data.Max(Math.Abs));
        Law.Close([.. Scales(plain).Select(x => x * factor)], Scales(stretched), Tolerance);
        Law.Close(Shapes(plain), Shapes(stretched), Tolerance, 1);
    });

    [Fact]
    public void An_offset_of_a_billion_costs_no_more_than_is_stated() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        T plain = Observe(data, 0, 1), offset = Observe(data, 1e9, 1);
        Law.Close(Scales(plain), Scales(offset), OffsetTolerance);
        Law.Close(Shapes(plain), Shapes(offset), OffsetTolerance, 1);
    });

    [Fact]
    public void Finite_data_give_no_infinite_answer() => Law.Holds(random =>
    {
        double[] data = Law.Data(random);
        double[] answers = Answers(Observe(data, 0, Math.Pow(10, random.Next(-60, 60))));
        Assert.NotEmpty(answers);
        Assert.All(answers, x => Assert.True(double.IsFinite(x), $"{x} among {answers.Length} answers"));
    });

    [Fact]
    public void A_datum_that_is_not_finite_changes_nothing() => Law.Holds(random =>
    {
        T estimator = Observe(Law.Data(random), 0, 1);
        double[] before = Snapshot(estimator);
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Observe(estimator, [bad, bad], 1);
            SameBits(Kept(before), Kept(Snapshot(estimator)));
        }
    });

    /// <summary>The part of a state that a datum left out must not change.</summary>
    protected virtual double[] Kept(double[] state) => state;

    private static readonly double[] Bad = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, 0.5, 1, 3, 1e300, -0.0, 1L << 40, int.MaxValue, long.MaxValue];

    private T Observe(double[] data, double shift, double factor)
    {
        T estimator = Create(shift, factor);
        double[] moved = [.. data.Select(x => (x * factor) + shift)];
        for (int i = 0; i < moved.Length; i++)
        {
            Observe(estimator, moved, i);
        }

        return estimator;
    }

    private double[] Answers(T estimator) => [.. Locations(estimator), .. Scales(estimator), .. Shapes(estimator)];

    private static double[] Snapshot(T estimator)
    {
        double[] state = new double[estimator.SnapshotLength];
        estimator.Snapshot(state);
        return state;
    }

    private void SameBits(T want, T got)
    {
        SameBits(Snapshot(want), Snapshot(got));
        SameBits(Answers(want), Answers(got));
    }

    private static void SameBits(double[] want, double[] got) =>
        Assert.True(MemoryMarshal.AsBytes(want.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(got.AsSpan())), $"[{string.Join(' ', got)}] instead of [{string.Join(' ', want)}]");
}
