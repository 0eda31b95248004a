using SensorPipeline.Statistics.Dependence;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class CovarianceVectors
{
    [Fact]
    public void Covariances_match() => VectorFile.Check("covariance.json", "covariance", c =>
    {
        RunningCovariance sums = Observe(c.Rows("x"), _ => 1, 1);
        Check(c, "mean", sums, sums.Mean, 1);
        Check(c, "cov", sums, sums.Covariance, 2);
        Check(c, "cov_pop", sums, sums.PopulationCovariance, 2);
        Check(c, "corr", sums, sums.Correlation, 2);
    });

    [Fact]
    public void Weighted_covariances_match() => VectorFile.Check("covariance.json", "weighted_covariance", c =>
    {
        double[] w = c.Numbers("w");
        RunningCovariance sums = Observe(c.Rows("x"), i => w[i], 1);
        Check(c, "mean", sums, sums.Mean, 1);
        Check(c, "cov_pop", sums, sums.PopulationCovariance, 2);
        Check(c, "cov_reliability", sums, sums.Covariance, 2);
    });

    [Fact]
    public void Exponentially_weighted_covariances_match() => VectorFile.Check("covariance.json", "ew_covariance", c =>
    {
        RunningCovariance sums = Observe(c.Rows("x"), _ => 1, 1 - c.Number("alpha"));
        Check(c, "mean", sums, sums.Mean, 1);
        Check(c, "cov_biased", sums, sums.PopulationCovariance, 2);
        Check(c, "cov_unbiased", sums, sums.Covariance, 2);
    });

    private delegate void Writer(Span<double> result);

    private static RunningCovariance Observe(double[][] rows, Func<int, double> weight, double share)
    {
        var sums = new RunningCovariance(rows[0].Length);
        for (int i = 0; i < rows.Length; i++)
        {
            sums.Retain(share);
            sums.Observe(rows[i], weight(i));
        }

        return sums;
    }

    private static void Check(VectorCase c, string field, RunningCovariance sums, Writer write, int rank)
    {
        double[] got = new double[rank == 1 ? sums.Dimension : sums.Dimension * sums.Dimension];
        write(got);
        c.Check(field, got);
    }
}
