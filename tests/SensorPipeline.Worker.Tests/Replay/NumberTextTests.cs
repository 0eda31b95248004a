using System.Globalization;
using System.Text;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

public class NumberTextTests
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("+1.5")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e-5")]
    [InlineData("21.37")]
    [InlineData("9007199254740993")]
    [InlineData("9999999999999999999")]
    [InlineData("18446744073709551617")]
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("123456789.123456789012")]
    [InlineData("4.9406564584124654e-324")]
    [InlineData("1.7976931348623157e308")]
    public void A_number_is_what_the_library_says(string text)
    {
        Assert.True(NumberText.TryParse(Encoding.UTF8.GetBytes(text), out double value));
        Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, Style, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1,5")]
    [InlineData("1 5")]
    [InlineData(" 1")]
    [InlineData("0x10")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("nan")]
    [InlineData("Infinity")]
    [InlineData("-∞")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("1e")]
    [InlineData("(1)")]
    [InlineData("١")]
    public void What_is_no_finite_number_is_refused(string text) => Assert.False(NumberText.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Random_decimals_agree_with_the_library_to_the_last_bit()
    {
        var random = new Random(7);
        for (int i = 0; i < 200_000; i++)
        {
            string digits = string.Concat(Enumerable.Range(0, 1 + random.Next(21)).Select(_ => (char)('0' + random.Next(10))));
            string text = (random.Next(3) == 0 ? "-" : "") + digits.Insert(random.Next(digits.Length + 1), random.Next(4) == 0 ? "" : ".");
            text += random.Next(5) == 0 ? FormattableString.Invariant($"e{random.Next(-330, 310)}") : "";
            double expected = double.Parse(text, Style, CultureInfo.InvariantCulture);

            bool parsed = NumberText.TryParse(Encoding.UTF8.GetBytes(text), out double value);

            Assert.True(parsed == double.IsFinite(expected), text);
            Assert.True(!parsed || BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(value), text);
        }
    }

    [Fact]
    public void Random_bytes_agree_with_the_library()
    {
        var random = new Random(8);
        ReadOnlySpan<byte> alphabet = "0123456789..-+eE x"u8;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] text = new byte[random.Next(8)];
            for (int k = 0; k < text.Length; k++)
            {
                text[k] = alphabet[random.Next(alphabet.Length)];
            }

            bool expected = double.TryParse(text, Style, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
            Assert.Equal(expected, NumberText.TryParse(text, out double value));
            Assert.True(!expected || number.Equals(value));
        }
    }
}
