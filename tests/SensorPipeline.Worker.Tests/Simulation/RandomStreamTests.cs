using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.Worker.Tests.Simulation;

public class RandomStreamTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData(1, 0, new ulong[] { 5226295891941712017, 5547022123706608281, 18144476329041699521 })]
    [InlineData(42, 7, new ulong[] { 979695631230394729, 10097116656222583117, 12830481692229142472 })]
    public void Bits_are_those_of_an_independent_implementation(ulong seed, ulong number, ulong[] expected)
    {
        var random = new RandomStream(seed, number);
        Assert.Equal(expected, new ulong[] { random.NextBits(), random.NextBits(), random.NextBits() });
    }

    [Fact]
    public void A_normal_is_standard()
    {
        var random = new RandomStream(3, 0);
        double sum = 0;
        double squares = 0;
        int beyondTwo = 0;
        for (int i = 0; i < Draws; i++)
        {
            double x = random.NextNormal();
            sum += x;
            squares += x * x;
            beyondTwo += Math.Abs(x) > 2 ? 1 : 0;
        }

        // Five standard errors each.
        Assert.InRange(sum / Draws, -0.0112, 0.0112);
        Assert.InRange(squares / Draws, 0.9842, 1.0158);
        Assert.InRange(beyondTwo / (double)Draws, 0.0455 - 0.0024, 0.0455 + 0.0024);
    }

    [Fact]
    public void A_student_t_with_3_degrees_of_freedom_has_its_tails()
    {
        var random = new RandomStream(4, 0);
        int beyondThree = 0;
        int beyondTen = 0;
        for (int i = 0; i < Draws; i++)
        {
            double x = Math.Abs(random.NextStudentT(3));
            beyondThree += x > 3.182446 ? 1 : 0;
            beyondTen += x > 10.21453 ? 1 : 0;
        }

        Assert.InRange(beyondThree / (double)Draws, 0.05 - 0.0025, 0.05 + 0.0025);
        Assert.InRange(beyondTen / (double)Draws, 0.002 - 0.0005, 0.002 + 0.0005);
    }

    [Fact]
    public void Streams_of_one_seed_differ()
    {
        var first = new RandomStream(1, 0);
        var second = new RandomStream(1, 1);
        Assert.NotEqual(first.NextBits(), second.NextBits());
    }
}
