using System.Globalization;
using System.Text;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

public class ShortestNumberTests
{
    public static TheoryData<double> Edges =>
    [
        0, -0.0, 1, -1, 0.1, 0.3, 2.5, 100, 1e15, 1e14, 999999999999999, 1e16, 123456789012345680, 1e-4, 1e-5, 0.00012345, 9.999999999999999e-5, 1e22, 1e23, 2e23, 5e-324,
        double.Epsilon * 7, 2.2250738585072014e-308, 2.2250738585072011e-308, double.MaxValue, double.MinValue, 9007199254740991, 9007199254740992,
        4.35, 0.1 + 0.2, 1.0 / 3, 2.0 / 3, 9.5367431640625e-7, 9.313225746154785e-10, 4.8828125e-4, 21.37, 1e100, 1e-100, Math.PI, Math.E,
    ];

    [Theory]
    [MemberData(nameof(Edges))]
    public void An_edge_is_written_as_the_library_writes_it(double value) => AssertSame(value);

    [Fact]
    public void Every_power_of_two_and_its_neighbours_read_back_to_the_last_bit()
    {
        for (int exponent = -1074; exponent < 1024; exponent++)
        {
            double power = Math.ScaleB(1, exponent);
            AssertSame(power);
            AssertSame(Math.BitIncrement(power));
            AssertSame(-Math.BitDecrement(power));
        }
    }

    [Fact]
    public void Every_power_of_ten_and_its_neighbours_are_written_as_the_library_writes_them()
    {
        for (int exponent = -323; exponent <= 308; exponent++)
        {
            double power = double.Parse(FormattableString.Invariant($"1e{exponent}"), CultureInfo.InvariantCulture);
            AssertSame(power);
            AssertSame(Math.BitIncrement(power));
            AssertSame(Math.BitDecrement(power));
        }
    }

    [Fact]
    public void Random_bits_are_written_as_the_library_writes_them()
    {
        var random = new Random(31);
        for (int i = 0; i < 300_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64() ^ (random.NextInt64() << 1));
            if (double.IsFinite(value))
            {
                AssertSame(value);
            }
        }
    }

    [Fact]
    public void Everyday_numbers_are_written_as_the_library_writes_them()
    {
        var random = new Random(32);
        for (int i = 0; i < 300_000; i++)
        {
            AssertSame(Math.Round((random.NextDouble() * 2000) - 1000, random.Next(0, 7)));
            AssertSame(random.NextDouble());
            AssertSame(random.NextInt64(1L << 54));
        }
    }

    private static void AssertSame(double value)
    {
        Span<byte> text = stackalloc byte[ShortestNumber.MaxLength];
        string written = Encoding.UTF8.GetString(text[..ShortestNumber.Format(value, text)]);
        string expected = value.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(double.Parse(written, CultureInfo.InvariantCulture)));

        // Below a power of two, where neighbours are closer, the library's digits sometimes are a neighbour's.
        if (written != expected && double.Parse(expected, CultureInfo.InvariantCulture).Equals(value))
        {
            Assert.Equal(expected, written);
        }
    }
}
