using System.Runtime.Intrinsics;
using SensorPipeline.Statistics.Special;
using SensorPipeline.Statistics.Tests.Laws;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Behaviour;

public class ElementaryTests
{
    [Fact]
    public void The_exponential_is_the_librarys_to_an_ulp() => Law.Holds(random =>
    {
        for (int i = 0; i < 1000; i++)
        {
            double x = i % 2 == 0 ? 1400 * (random.NextDouble() - 0.5) : random.NextDouble() - 0.5;
            double expected = Math.Exp(x);
            Assert.True(Math.Abs(Elementary.Exp(x) - expected) <= 1.01 * (Math.BitIncrement(expected) - expected), $"exp({x:R})");
        }
    });

    [Fact]
    public void Four_at_a_time_are_to_the_last_bit_what_each_is_by_itself() => Law.Holds(random =>
    {
        double[] strange = [-720, -745.5, -800, 800, double.NegativeInfinity, double.NaN, double.PositiveInfinity, 0, -0.0, 1];
        for (int i = 0; i < 1000; i++)
        {
            double[] x = [.. Enumerable.Range(0, 4).Select(_ => random.Next(50) == 0 ? strange[random.Next(strange.Length)] : 200 * (random.NextDouble() - 0.5))];
            Vector256<double> exponentials = Elementary.Exp(Vector256.Create(x));
            for (int lane = 0; lane < 4; lane++)
            {
                Assert.Equal(BitConverter.DoubleToInt64Bits(Elementary.Exp(x[lane])), BitConverter.DoubleToInt64Bits(exponentials[lane]));
            }
        }
    });

    [Fact]
    public void The_logarithm_of_four_numbers_is_the_librarys_to_an_ulp() => Law.Holds(random =>
    {
        for (int i = 0; i < 1000; i++)
        {
            double[] x = [.. Enumerable.Range(0, 4).Select(lane => lane % 2 == 0 ? Math.Pow(10, 600 * (random.NextDouble() - 0.5)) : 1 + (0.5 * (random.NextDouble() - 0.5)))];
            Vector256<double> logarithms = Elementary.Log(Vector256.Create(x));
            for (int lane = 0; lane < 4; lane++)
            {
                double expected = Math.Log(x[lane]), size = Math.Abs(expected);
                Assert.True(Math.Abs(logarithms[lane] - expected) <= 1.01 * (Math.BitIncrement(size) - size), $"ln({x[lane]:R})");
            }
        }
    });

    [Fact]
    public void A_logarithm_does_not_depend_on_what_stands_beside_it() => Law.Holds(random =>
    {
        double[] strange = [0, -1, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        for (int i = 0; i < 1000; i++)
        {
            double x = Math.Exp(50 * (random.NextDouble() - 0.5)), other = strange[random.Next(strange.Length)];
            double alone = Elementary.Log(Vector256.Create(x))[0];
            for (int lane = 0; lane < 4; lane++)
            {
                Vector256<double> logarithms = Elementary.Log(Vector256.Create(other).WithElement(lane, x));
                Assert.Equal(BitConverter.DoubleToInt64Bits(alone), BitConverter.DoubleToInt64Bits(logarithms[lane]));
                Assert.Equal(Math.Log(other), logarithms[(lane + 1) % 4]);
            }
        }
    });

    [Fact]
    public void Beyond_the_table_the_exponential_is_the_librarys()
    {
        foreach (double x in (double[])[-800, 800, double.NegativeInfinity, double.PositiveInfinity, double.NaN])
        {
            Assert.Equal(Math.Exp(x), Elementary.Exp(x));
        }

        Assert.Equal(1, Elementary.Exp(0));
    }
}
