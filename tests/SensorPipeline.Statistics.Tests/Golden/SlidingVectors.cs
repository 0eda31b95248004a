using SensorPipeline.Statistics.Windows;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Golden;

public class SlidingVectors
{
    [Fact]
    public void Windows_match_also_after_a_spike_has_left() => VectorFile.Check("sliding.json", "sliding", c =>
    {
        int[] at = c.Integers("at");
        var moments = new SlidingMoments((int)c.Number("window"));
        var median = new SlidingMedian((int)c.Number("window"));
        List<double> n = [], mean = [], variance = [], least = [], most = [], middle = [], deviation = [];
        double[] x = c.Numbers("x");
        for (int i = 0; i < x.Length; i++)
        {
            moments.Observe(x[i]);
            median.Observe(x[i]);
            if (at.Contains(i))
            {
                n.Add(moments.Count);
                mean.Add(moments.Moments.Mean);
                variance.Add(moments.Moments.Variance);
                least.Add(moments.Minimum);
                most.Add(moments.Maximum);
                middle.Add(median.Median);
                deviation.Add(median.MedianAbsoluteDeviation);
            }
        }

        c.Check("n", [.. n]);
        c.Check("mean", [.. mean]);
        c.Check("var", [.. variance]);
        c.Check("min", [.. least]);
        c.Check("max", [.. most]);
        c.Check("median", [.. middle]);
        c.Check("mad", [.. deviation]);
    });
}
