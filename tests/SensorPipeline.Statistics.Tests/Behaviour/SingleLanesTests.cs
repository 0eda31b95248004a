using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Special;
using SensorPipeline.Statistics.Tests.Laws;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class SingleLanesTests
{
    [Fact]
    public void The_exponential_is_the_librarys_to_two_ulps() => Law.Holds(random =>
    {
        for (int i = 0; i < 1000; i++)
        {
            float[] x = [.. Enumerable.Range(0, 8).Select(lane => (float)((lane % 2 == 0 ? 174 : 1) * (random.NextDouble() - 0.5)))];
            Vector256<float> found = SingleLanes.Exp(Vector256.Create(x));
            for (int lane = 0; lane < 8; lane++)
            {
                AssertNear(Math.Exp(x[lane]), found[lane], $"exp({x[lane]:R})");
            }
        }
    });

    [Fact]
    public void The_logarithm_is_the_librarys_to_two_ulps() => Law.Holds(random =>
    {
        for (int i = 0; i < 1000; i++)
        {
            float[] x = [.. Enumerable.Range(0, 8).Select(lane => (float)(lane % 2 == 0 ? Math.Pow(10, 74 * (random.NextDouble() - 0.5)) : 1 + (0.6 * (random.NextDouble() - 0.5))))];
            Vector256<float> found = SingleLanes.Log(Vector256.Create(x));
            for (int lane = 0; lane < 8; lane++)
            {
                AssertNear(Math.Log(x[lane]), found[lane], $"ln({x[lane]:R})");
            }
        }
    });

    [Fact]
    public void What_is_certain_is_exact()
    {
        Assert.Equal(Vector256<float>.One, SingleLanes.Exp(Vector256<float>.Zero));
        Assert.Equal(Vector256<float>.Zero, SingleLanes.Log(Vector256<float>.One));
        Assert.Equal(SingleLanes.Exp(Vector256.Create(87f)), SingleLanes.Exp(Vector256.Create(float.PositiveInfinity)));
        Assert.Equal(SingleLanes.Exp(Vector256.Create(-87f)), SingleLanes.Exp(Vector256.Create(float.NegativeInfinity)));
    }

    private static void AssertNear(double expected, float found, string what)
    {
        float size = MathF.Abs((float)expected);
        Assert.True(Math.Abs(found - expected) <= 2 * (MathF.BitIncrement(size) - size), $"{what} = {expected:R}, found {found:R}");
    }
}
