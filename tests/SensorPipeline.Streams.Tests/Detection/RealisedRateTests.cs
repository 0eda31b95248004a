using SensorPipeline.Streams.Detection;
using Xunit;

namespace SensorPipeline.Streams.Tests.Detection;

public class RealisedRateTests
{
    // Garwood (1936), table of the exact 95 % limits of a Poisson mean.
    [Theory]
    [InlineData(0, 0, 3.689)]
    [InlineData(1, 0.0253, 5.572)]
    [InlineData(10, 4.795, 18.39)]
    [InlineData(100, 81.36, 121.63)]
    public void The_interval_of_a_rate_is_the_exact_one_of_a_poisson_count(long episodes, double lower, double upper)
    {
        var rate = new RealisedRate(episodes, 1);
        Assert.Equal(lower, rate.Lower, 5e-3 * Math.Max(0.1, lower));
        Assert.Equal(upper, rate.Upper, 5e-3 * upper);
        Assert.Equal(rate.Upper / 4, new RealisedRate(episodes, 4).Upper, 1e-12);
    }

    [Fact]
    public void Before_any_watching_a_rate_is_unknown() => Assert.Equal(double.NaN, new RealisedRate(0, 0).Upper);
}
