using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Statistics.Mixtures;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class RowClusterTests
{
    private static readonly double[] Within = [1, 0.5, 0.5, 1];

    [Fact]
    public void Rows_that_lie_together_are_found_among_stray_ones()
    {
        double[] rows = [.. Stray(1, 12), .. Near(2, 30, -25, 40)];
        RowCluster found = RowCluster.Find(rows, Within, 8)!.Value;
        Assert.InRange(found.Rows, 27, 31);
        Assert.Equal(-25, found.Component.Mean[0], 0.6);
        Assert.Equal(40, found.Component.Mean[1], 0.6);
        Assert.InRange(found.Component.Covariance[0], 0.5, 1.8);
    }

    [Fact]
    public void Stray_rows_are_no_cluster()
    {
        Assert.Null(RowCluster.Find(Stray(3, 60), Within, 8));
        Assert.Null(RowCluster.Find([.. Near(4, 7, 0, 0)], Within, 8));
    }

    [Fact]
    public void An_offset_moves_the_cluster_and_changes_nothing_else()
    {
        double[] rows = [.. Near(5, 20, 3, 4)];
        RowCluster near = RowCluster.Find(rows, Within, 8)!.Value, far = RowCluster.Find([.. rows.Select(x => x + 1e6)], Within, 8)!.Value;
        Assert.Equal(near.Rows, far.Rows);
        Assert.Equal(near.Component.Mean[1] + 1e6, far.Component.Mean[1], 1e-8);
        Assert.Equal(near.Component.Covariance[1], far.Component.Covariance[1], 1e-8);
    }

    [Fact]
    public void Equal_rows_have_a_covariance_all_the_same()
    {
        RowCluster found = RowCluster.Find([.. Enumerable.Repeat(7.0, 24)], Within, 8)!.Value;
        Assert.Equal(12, found.Rows);
        Assert.True(found.Component.IsProper);
    }

    private static IEnumerable<double> Near(int seed, int count, double x, double y)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            double common = Normal.Standard.Sample(random);
            yield return x + common;
            yield return y + (0.5 * common) + (Math.Sqrt(0.75) * Normal.Standard.Sample(random));
        }
    }

    private static double[] Stray(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 2 * count).Select(_ => 400 * (random.NextDouble() - 0.5))];
    }
}
