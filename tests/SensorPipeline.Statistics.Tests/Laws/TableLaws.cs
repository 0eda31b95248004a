using SensorPipeline.Statistics.Moments;
using Running = SensorPipeline.Statistics.Moments.Moments;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

public class TableLaws
{
    [Fact]
    public void A_column_of_the_table_is_the_single_estimator_bit_for_bit() => Law.Holds(random =>
    {
        int columns = random.Next(1, 23);
        var table = new MomentsTable(columns);
        var faded = new ExponentialMomentsTable(columns);
        var single = new Running[columns];
        var singleFaded = new ExponentialMoments[columns];
        for (int i = 0; i < 60; i++)
        {
            double[] row = Row(random, columns), shares = [.. row.Select(_ => random.NextDouble())];
            table.Observe(row);
            faded.Observe(row, shares);
            for (int j = 0; j < columns; j++)
            {
                single[j] = single[j].Observe(row[j]);
                singleFaded[j] = singleFaded[j].Retain(shares[j]).Observe(row[j]);
            }
        }

        for (int j = 0; j < columns; j++)
        {
            Law.SameBits(single[j], table[j]);
            Law.SameBits(singleFaded[j], faded[j]);
        }
    });

    [Fact]
    public void Fading_by_time_steps_is_fading_by_their_shares() => Law.Holds(random =>
    {
        int columns = random.Next(1, 23);
        var table = new ExponentialMomentsTable(columns);
        var single = new ExponentialMoments[columns];
        for (int i = 0; i < 60; i++)
        {
            double[] row = Row(random, columns), steps = [.. row.Select(_ => Step(random))];
            table.Observe(row, steps, 7);
            for (int j = 0; j < columns; j++)
            {
                single[j] = single[j].Retain(ExponentialMoments.Share(steps[j], 7)).Observe(row[j]);
            }
        }

        for (int j = 0; j < columns; j++)
        {
            Law.Close(single[j].Mean, table[j].Mean, 1e-12);
            Law.Close(single[j].Variance, table[j].Variance, 1e-12);
        }
    });

    /// <summary>Short ones mostly, and some that are long, unknown or go back.</summary>
    private static double Step(Random random) => random.Next(40) switch { 0 => 100 * random.NextDouble(), 1 => double.NaN, 2 => -1, _ => 0.5 * random.NextDouble() };

    private static double[] Row(Random random, int columns)
    {
        double[] row = new double[columns];
        for (int j = 0; j < columns; j++)
        {
            row[j] = random.Next(10) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => 1000 * random.NextDouble() };
        }

        return row;
    }
}
