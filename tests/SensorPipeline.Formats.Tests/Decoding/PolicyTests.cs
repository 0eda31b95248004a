using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Decoding;

public class PolicyTests
{
    [Fact]
    public void A_retained_value_is_shown_and_kept_out_of_the_statistics()
    {
        Bench bench = Source(new ChannelOptions());

        Assert.Equal(RejectReason.Retained, bench.Rejection("t", "21.5", retained: true));

        Assert.Equal(InputKind.SensorAdded, Assert.Single(bench.Inputs.ToArray()).Kind);
        Assert.Equal((21.5, EventTime.From(Bench.Noon)), bench.Decoder.SeedOf(0));
        Assert.Equal(21.5, bench.Value("t", "21.5"));
    }

    [Fact]
    public void A_retained_value_is_a_reading_or_nothing_where_the_source_says_so()
    {
        var accept = new Bench(new SourceOptions { Topic = "t", Retained = "accept" });
        Assert.Equal(21.5, Assert.Single(accept.Decode("t", "21.5", retained: true)).Value);

        var ignore = new Bench(new SourceOptions { Topic = "t", Retained = "ignore" });
        Assert.Equal(RejectReason.Retained, ignore.Rejection("t", "21.5", retained: true));
        Assert.Equal(0, ignore.Names.Count);
        Assert.Null(ignore.Decoder.SeedOf(0));
    }

    [Fact]
    public void Equal_readings_all_count_by_default()
    {
        Bench bench = Source(new ChannelOptions());

        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(20, bench.Value("t", "20")));
    }

    [Fact]
    public void An_unchanged_value_is_dropped_only_within_the_repeat_window()
    {
        var bench = new Bench(new SourceOptions { Topic = "t/{n}", Repeat = "drop-unchanged", RepeatWindow = TimeSpan.FromMinutes(10) });

        Assert.Single(bench.Decode("t/a", "20"));
        Assert.Single(bench.Decode("t/b", "20"));
        bench.Arrival = Bench.Noon.AddMinutes(9);
        Assert.Equal(RejectReason.Repeated, bench.Rejection("t/a", "20"));
        Assert.Single(bench.Decode("t/b", "20.1"));
        bench.Arrival = Bench.Noon.AddMinutes(10);
        Assert.Single(bench.Decode("t/a", "20"));
        Assert.Equal(RejectReason.Repeated, bench.Rejection("t/b", "20.1"));
    }

    [Fact]
    public void A_reading_with_the_time_of_the_last_is_dropped_where_the_source_says_so()
    {
        var bench = new Bench(new SourceOptions { Topic = "t", Path = "/v", Time = "/ts", Repeat = "drop-same-timestamp" });

        Assert.Single(bench.Decode("t", """{"v":1,"ts":1718000000}"""));
        Assert.Equal(RejectReason.Repeated, bench.Rejection("t", """{"v":2,"ts":1718000000}"""));
        Assert.Single(bench.Decode("t", """{"v":2,"ts":1718000001}"""));
    }

    [Theory]
    [InlineData("85")]
    [InlineData("85.0")]
    [InlineData("-127")]
    public void A_value_that_means_a_fault_is_no_reading(string payload) =>
        Assert.Equal(RejectReason.Sentinel, Source(new ChannelOptions { Reject = [85, -127], Scale = 2 }).Rejection("t", payload));

    [Fact]
    public void A_value_outside_the_range_is_no_reading_and_introduces_no_sensor()
    {
        Bench bench = Source(new ChannelOptions { Range = [-40, 125] });

        Assert.Equal(RejectReason.OutOfRange, bench.Rejection("t", "125.1"));
        Assert.Equal(RejectReason.OutOfRange, bench.Rejection("t", "-40.1"));
        Assert.Equal(0, bench.Names.Count);
        Assert.Equal(125, bench.Value("t", "125"));
        Assert.Equal(-40, bench.Value("t", "-40"));
    }

    [Fact]
    public void Scale_and_offset_come_before_range()
    {
        Bench bench = Source(new ChannelOptions { Scale = 0.01, Offset = -40, Range = [-40, 60] });

        Assert.Equal(-17.66, bench.Value("t", "2234"), 1e-12);
        Assert.Equal(RejectReason.OutOfRange, bench.Rejection("t", "10001"));
    }

    [Fact]
    public void A_scale_that_overflows_is_not_finite() => Assert.Equal(RejectReason.NotFinite, Source(new ChannelOptions { Scale = 1e300 }).Rejection("t", "1e300"));

    [Theory]
    [InlineData("[degF]", "Cel", 212, 100)]
    [InlineData("[degF]", "Cel", -40, -40)]
    [InlineData("Cel", "[degF]", 37, 98.6)]
    [InlineData("Cel", "K", 20, 293.15)]
    [InlineData("K", "Cel", 0, -273.15)]
    [InlineData("hPa", "Pa", 1013.25, 101325)]
    [InlineData("mbar", "hPa", 990, 990)]
    [InlineData("W.min", "W.h", 1405, 23.416666666666668)]
    [InlineData("km/h", "m/s", 36, 10)]
    [InlineData("%", "1", 44.1, 0.441)]
    [InlineData("mV", "V", 3300, 3.3)]
    [InlineData("Cel", "Cel", 21.5, 21.5)]
    public void Units_are_converted_by_their_codes(string from, string to, double value, double expected)
    {
        Bench bench = Source(new ChannelOptions { Unit = from, ConvertTo = to });

        Assert.Equal(expected, bench.Value("t", FormattableString.Invariant($"{value}")), 1e-9);
    }

    [Theory]
    [InlineData("[degF]", "Cel", null, "50", 10)]
    [InlineData("[degF]", "Cel", 0.1, "701", 21.166666666666668)]
    [InlineData("[degF]", "K", null, "32", 273.15)]
    [InlineData("Cel", "[degF]", null, "37", 98.6)]
    [InlineData("W.min", "W.h", null, "1440", 24)]
    [InlineData("mV", "V", null, "1107", 1.107)]
    [InlineData(null, null, 0.1, "3", 0.3)]
    [InlineData(null, null, 0.01, "2234", 22.34)]
    [InlineData(null, null, 0.05, "7", 0.35)]
    public void What_is_exact_in_decimals_leaves_no_error_behind(string? from, string? to, double? scale, string payload, double expected)
    {
        Assert.Equal(expected, Source(new ChannelOptions { Unit = from, ConvertTo = to, Scale = scale }).Value("t", payload));
    }

    [Fact]
    public void What_was_written_about_a_channel_can_be_asked_for_by_sensor()
    {
        var channel = new ChannelOptions { Unit = "Cel", Resolution = 0.1 };
        Bench bench = Source(channel);
        Assert.Null(bench.Decoder.ChannelOf(0));

        bench.Decode("t", "1");

        Assert.Same(channel, bench.Decoder.ChannelOf(0));
        Assert.Null(bench.Decoder.ChannelOf(1));
    }

    private static Bench Source(ChannelOptions channel) => new(new SourceOptions { Topic = "t", Channels = [channel] });
}
