using System.Globalization;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Times;

public class TimeTests
{
    [Theory]
    [InlineData("1718000000", "2024-06-10T06:13:20.0000000Z")]
    [InlineData("1718000000.25", "2024-06-10T06:13:20.2500000Z")]
    [InlineData("\"1718000000\"", "2024-06-10T06:13:20.0000000Z")]
    [InlineData("1.718e9", "2024-06-10T06:13:20.0000000Z")]
    [InlineData("1680962879.62", "2023-04-08T14:07:59.6200000Z")]
    [InlineData("1718000000123", "2024-06-10T06:13:20.1230000Z")]
    [InlineData("1718000000123.4567", "2024-06-10T06:13:20.1234567Z")]
    [InlineData("1718000000123456", "2024-06-10T06:13:20.1234560Z")]
    [InlineData("1718000000123456789", "2024-06-10T06:13:20.1234567Z")]
    [InlineData("\"2024-06-10T06:13:20Z\"", "2024-06-10T06:13:20.0000000Z")]
    [InlineData("\"2024-06-10t08:13:20.5+02:00\"", "2024-06-10T06:13:20.5000000Z")]
    [InlineData("\"2024-06-10 02:43:20,123456789-0330\"", "2024-06-10T06:13:20.1234567Z")]
    [InlineData("\"2024-06-10T08:13:20+02\"", "2024-06-10T06:13:20.0000000Z")]
    [InlineData("\"2016-12-31T23:59:60Z\"", "2017-01-01T00:00:00.0000000Z")]
    [InlineData("\"2024-02-29T00:00:00Z\"", "2024-02-29T00:00:00.0000000Z")]
    public void A_time_is_understood_as_it_is_written(string written, string expected)
    {
        Bench bench = Source(options => options);

        Assert.Equal(expected, Read(bench, written).ToDateTimeOffset().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(0, bench.Decoder.Counters.Adjusted(Adjustment.UnreadableTime));
    }

    [Theory]
    [InlineData("\"2024-06-10T06:13:20\"")]
    [InlineData("\"2024-13-10T06:13:20Z\"")]
    [InlineData("\"2023-02-29T00:00:00Z\"")]
    [InlineData("\"2024-06-10T24:00:00Z\"")]
    [InlineData("\"2024-06-10T06:13:20.Z\"")]
    [InlineData("\"2024-06-10T06:13:20Zulu\"")]
    [InlineData("\"2024-06-10T06:13:20+2\"")]
    [InlineData("\"0000-06-10T06:13:20Z\"")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("\"yesterday\"")]
    [InlineData("0")]
    [InlineData("-1718000000")]
    [InlineData("1e300")]
    [InlineData("1e-300")]
    [InlineData("{}")]
    [InlineData("true")]
    public void What_names_no_instant_falls_back_to_the_arrival_and_is_counted(string written)
    {
        Bench bench = Source(options => options);

        Assert.Equal(EventTime.From(Bench.Noon), Read(bench, written));
        Assert.Equal(1, bench.Decoder.Counters.Adjusted(Adjustment.UnreadableTime));
    }

    [Theory]
    [InlineData("s", "1718000000", 1718000000000)]
    [InlineData("s", "99999999999999", -1)]
    [InlineData("ms", "5000", 5000)]
    [InlineData("us", "5000000", 5000)]
    [InlineData("ns", "5000000000", 5000)]
    [InlineData("rfc3339", "\"2024-06-10T06:13:20Z\"", 1718000000000)]
    [InlineData("rfc3339", "1718000000", -1)]
    public void A_stated_format_is_taken_at_its_word(string format, string written, long milliseconds)
    {
        Bench bench = Source(options => options with { TimeFormat = format });

        Assert.Equal(milliseconds < 0 ? EventTime.From(Bench.Noon) : EventTime.FromUnixMilliseconds(milliseconds), Read(bench, written));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2024-06-10T08:13:20", "2024-06-10T06:13:20Z")]
    [InlineData("Europe/Berlin", "2024-01-10T08:13:20", "2024-01-10T07:13:20Z")]
    [InlineData("Europe/Berlin", "2024-10-27T02:30:00", "2024-10-27T01:30:00Z")]
    [InlineData("Europe/Berlin", "2024-06-10T08:13:20Z", "2024-06-10T08:13:20Z")]
    [InlineData("-03:30", "2024-06-10T02:43:20", "2024-06-10T06:13:20Z")]
    [InlineData("UTC", "2024-06-10T06:13:20", "2024-06-10T06:13:20Z")]
    public void A_wall_clock_is_read_in_the_configured_zone(string zone, string written, string expected)
    {
        Bench bench = Source(options => options with { TimeZone = zone });

        Assert.Equal(EventTime.From(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture)), Read(bench, $"\"{written}\""));
    }

    [Fact]
    public void A_time_from_the_far_future_gives_way_to_the_arrival_and_is_counted()
    {
        Bench bench = Source(options => options);
        string Ahead(double seconds) => $"\"{Bench.Noon.AddSeconds(seconds):yyyy-MM-ddTHH:mm:ssZ}\"";

        Assert.Equal(EventTime.From(Bench.Noon.AddSeconds(60)), Read(bench, Ahead(60)));
        Assert.Equal(EventTime.From(Bench.Noon), Read(bench, Ahead(61)));
        Assert.Equal(EventTime.From(Bench.Noon), Read(bench, "\"9999-12-31T23:59:59Z\""));
        Assert.Equal(2, bench.Decoder.Counters.Adjusted(Adjustment.FutureTime));
        Assert.Equal(3, bench.Decoder.Counters.Accepted);
    }

    [Fact]
    public void How_far_ahead_a_time_may_lie_can_be_said()
    {
        Bench bench = Source(options => options with { MaxFuture = TimeSpan.FromDays(2) });

        Assert.Equal(EventTime.From(Bench.Noon.AddDays(1)), Read(bench, $"{Bench.Noon.AddDays(1).ToUnixTimeSeconds()}"));
    }

    [Fact]
    public void A_backlog_keeps_its_times_unless_an_age_is_stated()
    {
        Assert.Equal(EventTime.From(Bench.Noon.AddYears(-3)), Read(Source(options => options), $"{Bench.Noon.AddYears(-3).ToUnixTimeSeconds()}"));

        Bench bench = Source(options => options with { MaxAge = TimeSpan.FromHours(1) });
        Assert.Equal(EventTime.From(Bench.Noon.AddHours(-1)), Read(bench, $"{Bench.Noon.AddHours(-1).ToUnixTimeSeconds()}"));
        Assert.Equal(RejectReason.TooOld, bench.Rejection("t", $$"""{"v":1,"ts":{{Bench.Noon.AddHours(-1).AddSeconds(-1).ToUnixTimeSeconds()}}}"""));
    }

    private static EventTime Read(Bench bench, string written) => Assert.Single(bench.Decode("t", $$"""{"v":1,"ts":{{written}}}""")).Time;

    private static Bench Source(Func<SourceOptions, SourceOptions> change) => new(change(new SourceOptions { Topic = "t", Path = "/v", Time = "/ts" }));
}
