using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;

namespace SensorPipeline.Formats.Tests.Numbers;

public partial class NumberPayloadTests
{
    [Theory]
    [InlineData("21.5", 21.5)]
    [InlineData("-0.5", -0.5)]
    [InlineData("+5", 5)]
    [InlineData("5.", 5)]
    [InlineData(".5", 0.5)]
    [InlineData("1e3", 1000)]
    [InlineData("1E-3", 0.001)]
    [InlineData(" 21.5\r\n", 21.5)]
    [InlineData("21.5\0", 21.5)]
    [InlineData("\uFEFF21.5", 21.5)]
    [InlineData("0000000000000000000000021.5", 21.5)]
    public void A_number_as_devices_write_it_is_read(string payload, double value) => Assert.Equal(value, Source().Value("t", payload));

    [Theory]
    [InlineData("21,5")]
    [InlineData("21.5 °C")]
    [InlineData("21.5C")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("1e")]
    [InlineData(".")]
    [InlineData("0x10")]
    [InlineData("1 2")]
    [InlineData("abc")]
    [InlineData("{\"a\":1}")]
    [InlineData("１２")]
    public void Anything_else_is_malformed_and_never_half_a_number(string payload) => Assert.Equal(RejectReason.Malformed, Source().Rejection("t", payload));

    [Theory]
    [InlineData("nan")]
    [InlineData("NaN")]
    [InlineData("-inf")]
    [InlineData("Infinity")]
    [InlineData("1e400")]
    public void Nothing_that_is_not_finite_gets_in(string payload) => Assert.Equal(RejectReason.NotFinite, Source().Rejection("t", payload));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\0")]
    [InlineData("unavailable")]
    [InlineData("Unknown")]
    [InlineData("null")]
    public void A_device_that_has_no_value_says_so_and_is_not_malformed(string payload) => Assert.Equal(RejectReason.NoValue, Source().Rejection("t", payload));

    [Fact]
    public void Texts_stand_for_numbers_where_the_source_says_so()
    {
        var bench = Source(new ChannelOptions { Value = { ["ON"] = 1, ["OFF"] = 0, ["größer"] = 2 } });

        Assert.Equal(1, bench.Value("t", "on"));
        Assert.Equal(0, bench.Value("t", "OFF\n"));
        Assert.Equal(2, bench.Value("t", "größer"));
        Assert.Equal(3, bench.Value("t", "3"));
        Assert.Equal(RejectReason.Malformed, bench.Rejection("t", "open"));
    }

    [Fact]
    public void Every_double_is_read_back_to_the_last_bit()
    {
        var bench = Source();
        var random = new Random(20260301);
        for (int i = 0; i < 20_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (double.IsFinite(value))
            {
                Assert.Equal(value, bench.Value("t", value.ToString("R", CultureInfo.InvariantCulture)));
                Assert.Equal(value, bench.Value("t", value.ToString("E17", CultureInfo.InvariantCulture)));
            }
        }
    }

    [Fact]
    public void Short_and_long_decimals_are_rounded_as_the_framework_rounds_them()
    {
        var bench = Source();
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            string text = Digits(random, random.Next(1, 25)) + "." + Digits(random, random.Next(1, 25));
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), bench.Value("t", text));
        }
    }

    [Fact]
    public void What_is_a_number_is_what_the_grammar_says_and_its_value_what_the_framework_says()
    {
        var bench = Source();
        var random = new Random(5);
        int numbers = 0;
        for (int i = 0; i < 40_000; i++)
        {
            string text = Mutated(random);
            bool isNumber = Grammar().IsMatch(text);
            IReadOnlyList<Sample> samples = bench.Decode("t", text);
            double value = isNumber ? double.Parse(text, CultureInfo.InvariantCulture) : double.NaN;
            numbers += isNumber ? 1 : 0;

            Assert.True(double.IsFinite(value) ? Assert.Single(samples).Value.Equals(value) : samples.Count == 0, $"'{text}' of round {i}");
        }

        Assert.InRange(numbers, 10_000, 30_000);
    }

    [Fact]
    public void No_bytes_whatever_bring_the_decoder_down()
    {
        var bench = Source();
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] payload = new byte[random.Next(0, 24)];
            random.NextBytes(payload);
            bench.Decode("t", payload);
            Assert.Equal(1, bench.Outcome.Accepted + bench.Outcome.Rejected);
        }
    }

    // Mostly a number: one of any length with some of its characters gone, doubled or replaced.
    private static string Mutated(Random random)
    {
        string text = (random.Next(3) == 0 ? "-" : "") + Digits(random, random.Next(0, 12)) + (random.Next(2) == 0 ? "." + Digits(random, random.Next(0, 12)) : "")
            + (random.Next(5) == 0 ? "e" + random.Next(-30, 30).ToString(CultureInfo.InvariantCulture) : "");
        for (int change = random.Next(5); change > 0 && text.Length > 0; change--)
        {
            int at = random.Next(text.Length);
            text = text[..at] + random.Next(3) switch { 0 => "", 1 => $"{text[at]}{text[at]}", _ => $"{"0123456789.+-eE,x "[random.Next(18)]}" } + text[(at + 1)..];
        }

        return text.Trim(' ');
    }

    [GeneratedRegex(@"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grammar();

    private static string Digits(Random random, int count)
    {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            text.Append((char)('0' + random.Next(10)));
        }

        return text.ToString();
    }

    private static Bench Source(params ChannelOptions[] channels) => new(new SourceOptions { Topic = "t", Channels = channels });
}
