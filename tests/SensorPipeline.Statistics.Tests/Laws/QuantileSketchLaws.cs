using SensorPipeline.Statistics.Quantiles;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

public class QuantileSketchLaws
{
    private const double Resolution = 1e-6;

    private static readonly double[] Shares = [0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.99, 0.999, 1];

    [Fact]
    public void A_quantile_is_off_by_at_most_one_percent_of_its_distance_from_the_anchor() => Law.Holds(random =>
    {
        double[] data = [.. Law.Data(random), .. Law.Data(random).Select(x => x * Math.Pow(10, random.Next(-3, 6)))];
        double anchor = SampleQuantiles.Median(data);
        QuantileSketch sketch = Observe(data, anchor);
        double[] sorted = [.. data.Order()];
        foreach (double p in Shares)
        {
            double exact = sorted[(int)(p * (sorted.Length - 1))];
            double limit = (0.0101 * Math.Abs(exact - anchor)) + (0.5 * Resolution);
            Assert.True(Math.Abs(sketch.Quantile(p) - exact) <= limit, $"quantile {p} of {data.Length}: {sketch.Quantile(p):R}, exactly {exact:R}");
        }
    });

    [Fact]
    public void Merging_is_exact() => Law.Holds(random =>
    {
        double[] first = Law.Data(random), second = Law.Data(random);
        QuantileSketch merged = Observe(first, 0), whole = Observe([.. first, .. second], 0);
        merged.Merge(Observe(second, 0));
        Assert.Equal(whole.Count, merged.Count);
        Assert.All(Shares, p => Assert.Equal(whole.Quantile(p), merged.Quantile(p)));
    });

    [Fact]
    public void Sizes_beyond_all_buckets_collapse_from_below()
    {
        var sketch = new QuantileSketch(0, 1e-200);
        for (int power = -190; power <= 300; power++)
        {
            sketch.Observe(Math.Pow(10, power));
        }

        Assert.Equal(491, sketch.Count);
        Assert.Equal(1, sketch.Quantile(1) / 1e300, 0.0101);
        Assert.Equal(1, sketch.Quantile(0.99) / sketchExact(0.99), 0.0101);

        static double sketchExact(double p) => Math.Pow(10, -190 + (int)(p * 490));
    }

    [Fact]
    public void Merging_about_another_anchor_is_refused() =>
        Assert.Throws<ArgumentException>(() => new QuantileSketch(0, Resolution).Merge(new QuantileSketch(1, Resolution)));

    [Fact]
    public void Nothing_observed_has_no_quantile_and_what_is_not_finite_is_left_out()
    {
        var sketch = new QuantileSketch(0, Resolution);
        sketch.Observe(double.NaN);
        sketch.Observe(double.PositiveInfinity);
        Assert.Equal(0, sketch.Count);
        Assert.Equal(double.NaN, sketch.Quantile(0.5));
    }

    [Fact]
    public void Observing_within_the_range_seen_allocates_nothing()
    {
        double[] data = Law.Data(new Random(1));
        QuantileSketch sketch = Observe(data, 0);
        Assert.Equal(0, Allocation.OfEveryRun(() =>
        {
            foreach (double x in data)
            {
                sketch.Observe(x);
            }
        }));
    }

    private static QuantileSketch Observe(double[] data, double anchor)
    {
        var sketch = new QuantileSketch(anchor, Resolution);
        foreach (double x in data)
        {
            sketch.Observe(x);
        }

        return sketch;
    }
}
