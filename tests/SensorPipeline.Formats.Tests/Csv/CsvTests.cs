using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Csv;

public class CsvTests
{
    private static readonly SourceOptions Positions = new()
    {
        Topic = "t",
        Format = "csv",
        Time = "0",
        Sensor = "s",
        Channels = [new ChannelOptions { Name = "a", Path = "1" }, new ChannelOptions { Name = "b", Path = "2", Value = { ["on"] = 1 } }],
    };

    private static readonly SourceOptions Names = new()
    {
        Topic = "t",
        Format = "csv",
        Time = "when",
        Sensor = "s",
        Csv = new CsvOptions { Header = true, Separator = ";" },
        Channels = [new ChannelOptions { Name = "a", Path = "temp" }],
    };

    [Fact]
    public void Columns_are_found_by_position()
    {
        IReadOnlyList<Sample> samples = new Bench(Positions).Decode("t", "1000,1.5,\"on\"\r\n2000,,2\r\n");

        Assert.Equal(
            [new Sample("s/a", 1.5, EventTime.FromUnixMilliseconds(1_000_000)), new Sample("s/b", 1, EventTime.FromUnixMilliseconds(1_000_000)), new Sample("s/b", 2, EventTime.FromUnixMilliseconds(2_000_000))],
            samples);
    }

    [Fact]
    public void Columns_are_found_by_name_wherever_they_stand()
    {
        var bench = new Bench(Names);

        Assert.Equal(new Sample("s/a", 21.5, EventTime.FromUnixMilliseconds(1_000_000)), Assert.Single(bench.Decode("t", "when;\"temp\"\n1000;21.5")));
        Assert.Equal(new Sample("s/a", 22.5, EventTime.FromUnixMilliseconds(1_000_000)), Assert.Single(bench.Decode("t", "\uFEFFx;temp;when\n\"a;b\"\"c\n\";22.5;1000")));
        Assert.Equal(RejectReason.Malformed, bench.Rejection("t", "temp;other\n1;2"));
    }

    [Fact]
    public void A_single_value_needs_nothing_but_the_format() => Assert.Equal(21.5, new Bench(new SourceOptions { Topic = "t", Format = "csv" }).Value("t", "21.5\n"));

    [Fact]
    public void Rows_without_a_time_are_one_period_apart()
    {
        var bench = new Bench(new SourceOptions { Topic = "t", Format = "csv", Period = TimeSpan.FromSeconds(1) });

        Assert.Equal([-1, 0], bench.Decode("t", "1\n2").Select(sample => (sample.Time - EventTime.From(Bench.Noon)).TotalSeconds));
        Assert.Equal(RejectReason.Malformed, new Bench(new SourceOptions { Topic = "t", Format = "csv" }).Rejection("t", "1\n2"));
    }

    [Fact]
    public void A_bad_cell_is_rejected_alone_and_a_bad_time_falls_back()
    {
        var bench = new Bench(Positions);

        Assert.Equal(new Sample("s/b", 2, EventTime.From(Bench.Noon)), Assert.Single(bench.Decode("t", "yesterday,x,2")));
        Assert.Equal(RejectReason.Malformed, bench.Outcome.Reason);
        Assert.Equal(1, bench.Decoder.Counters.Adjusted(Adjustment.UnreadableTime));
    }

    [Theory]
    [InlineData("1,\"2")]
    [InlineData("1,\"2\"3")]
    [InlineData("1,2\"3")]
    public void A_payload_with_unpaired_quotes_is_rejected_whole(string payload) => Assert.Equal(RejectReason.Malformed, new Bench(Positions).Rejection("t", payload));

    [Fact]
    public void Faults_of_columns_are_listed_by_key()
    {
        SourceSet.Compile(
            [Positions with { Time = "when", Channels = [new ChannelOptions { Path = "temp" }], Csv = new CsvOptions { Separator = "::" } }], new SourceLimits(), out IReadOnlyList<SourceFault> faults);

        Assert.Equal(["Channels[0]:Path", "Csv:Separator", "Time"], faults.Select(fault => fault.Key["Sources[0]:".Length..]).Order());
    }

    [Fact]
    public void No_bytes_whatever_bring_the_decoder_down()
    {
        Hostile.Attack(new Bench(Positions), "t", "1000,1.5,\"on\"\r\n2000,,2\r\n"u8.ToArray(), 10);
        Hostile.Attack(new Bench(Names), "t", "when;\"temp\"\n1000;21.5"u8.ToArray(), 12);
    }

    [Fact]
    public void Rows_cost_no_memory() => Assert.Equal(0, new Bench(Names).BytesAllocatedBy("t", Encoding.UTF8.GetBytes("when;\"temp\"\n1000;21.5\n1001;22.5")));
}
