using SensorPipeline.Statistics.Dependence;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

public class CovarianceLaws
{
    private const int Channels = 3;

    [Fact]
    public void Merging_parts_equals_observing_the_whole() => Law.Holds(random =>
    {
        double[][] rows = Rows(random);
        int cut = random.Next(rows.Length);
        RunningCovariance merged = Observe(rows[..cut]), whole = Observe(rows);
        merged.Merge(Observe(rows[cut..]));
        Law.Close(Answers(whole), Answers(merged), 1e-11, 1);
    });

    [Fact]
    public void A_snapshot_comes_back_bit_by_bit() => Law.Holds(random =>
    {
        RunningCovariance sums = Observe(Rows(random)), restored = new(Channels);
        double[] state = new double[sums.SnapshotLength];
        sums.Snapshot(state);
        restored.Restore(state);
        foreach (double[] row in Rows(random))
        {
            sums.Observe(row);
            restored.Observe(row);
        }

        Assert.Equal(Answers(sums), Answers(restored));
    });

    [Fact]
    public void Offsets_do_not_change_the_covariance() => Law.Holds(random =>
    {
        double[][] rows = Rows(random), far = [.. rows.Select(r => r.Select(x => x + 1e9).ToArray())];
        double[] near = new double[9], shifted = new double[9];
        Observe(rows).Covariance(near);
        Observe(far).Covariance(shifted);
        Law.Close(near, shifted, 1e-9, near.Max());
    });

    [Fact]
    public void Shrinking_takes_correlation_away_from_few_rows_and_leaves_it_to_many() => Law.Holds(random =>
    {
        double[] few = new double[9], many = new double[9];
        double fewShare = Observe(Rows(random)[..4]).Shrunk(few);
        double[][] rows = [.. Enumerable.Range(0, 3000).Select(_ => random.NextDouble()).Select(x => new[] { x, x + (0.1 * random.NextDouble()), -x })];
        double manyShare = Observe(rows).Shrunk(many);
        Assert.InRange(fewShare, 0, 1);
        Assert.InRange(manyShare, 0, 0.01);
        Assert.True(fewShare > manyShare);
    });

    [Fact]
    public void Before_two_rows_nothing_is_known_and_a_row_with_a_hole_is_left_out()
    {
        var sums = new RunningCovariance(2);
        double[] covariance = new double[4];
        sums.Observe([1, double.NaN]);
        Assert.Equal(0, sums.Weight);
        sums.Observe([1, 2]);
        sums.Covariance(covariance);
        Assert.All(covariance, x => Assert.Equal(double.NaN, x));
    }

    private static double[][] Rows(Random random)
    {
        double[] x = Law.Data(random);
        return [.. x.Select(v => new[] { v, (0.5 * v) + random.NextDouble(), random.Next(100) })];
    }

    private static RunningCovariance Observe(double[][] rows)
    {
        var sums = new RunningCovariance(Channels);
        foreach (double[] row in rows)
        {
            sums.Observe(row);
        }

        return sums;
    }

    private static double[] Answers(RunningCovariance sums)
    {
        double[] answers = new double[1 + Channels + (2 * Channels * Channels)];
        answers[0] = sums.Weight;
        sums.Mean(answers.AsSpan(1));
        sums.Covariance(answers.AsSpan(1 + Channels));
        sums.Correlation(answers.AsSpan(1 + Channels + (Channels * Channels)));
        return answers;
    }
}
