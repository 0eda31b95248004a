using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Influx;

public class InfluxTests
{
    private const string Line = """weather,site=lab\ 1 temp=21.5,n=3i,ok=t,msg="a\"b" 1556813561098000000""";

    [Fact]
    public void Each_number_field_is_a_reading_named_by_measurement_tags_and_field()
    {
        IReadOnlyList<Sample> samples = Source().Decode("t", Line);

        EventTime time = EventTime.FromUnixMilliseconds(1556813561098);
        Assert.Equal([new Sample("s/weather/lab 1/temp", 21.5, time), new Sample("s/weather/lab 1/n", 3, time)], samples);
    }

    [Theory]
    [InlineData("m v=1", "s/m/v", 1)]
    [InlineData("m v=-1.5e3", "s/m/v", -1500)]
    [InlineData("m v=7u", "s/m/v", 7)]
    [InlineData("m\\,x v=1", "s/m,x/v", 1)]
    [InlineData("m\\=x,a=b v=1", "s/m=x/b/v", 1)]
    [InlineData("m,a\\,b=c\\=d v\\ w=1", "s/m/c=d/v w", 1)]
    [InlineData("m\\n v=1", "s/m\\n/v", 1)]
    [InlineData("# comment\r\n\r\nm v=1\r\n", "s/m/v", 1)]
    [InlineData("#\nm v=1", "s/m/v", 1)]
    public void Lines_are_read_in_every_way_they_may_be_written(string payload, string name, double value)
    {
        Sample sample = Assert.Single(Source().Decode("t", payload));

        Assert.Equal((name, value), (sample.Sensor, sample.Value));
    }

    [Fact]
    public void Lines_without_a_time_are_read_on_arrival_and_several_in_order() =>
        Assert.Equal(
            [new Sample("s/a/v", 1, EventTime.From(Bench.Noon)), new Sample("s/b/v", 2, EventTime.FromUnixMilliseconds(1))],
            Source().Decode("t", "a v=1\nb v=2 1000000\n# end"));

    [Fact]
    public void The_unit_of_times_can_be_said()
    {
        var bench = new Bench(new SourceOptions { Topic = "t", Format = "influx", TimeFormat = "s" });

        Assert.Equal(EventTime.FromUnixMilliseconds(1556813561000), Assert.Single(bench.Decode("t", "m v=1 1556813561")).Time);
    }

    [Fact]
    public void Channels_choose_fields_and_say_what_texts_stand_for()
    {
        var bench = new Bench(new SourceOptions
        {
            Topic = "t",
            Format = "influx",
            Sensor = "x",
            Channels = [new ChannelOptions { Name = "{0}", Path = "+/+/temp", Range = [0, 100] }, new ChannelOptions { Name = "{0}", Path = "#/ok", Value = { ["true"] = 1 } }],
        });

        Assert.Equal(["x/weather/lab 1/temp", "x/weather/lab 1/ok"], bench.Decode("t", Line).Select(sample => sample.Sensor));
        Assert.Equal(RejectReason.OutOfRange, bench.Rejection("t", "weather,site=a temp=200"));
    }

    [Theory]
    [InlineData("m")]
    [InlineData("m ")]
    [InlineData("m v")]
    [InlineData("m v=")]
    [InlineData("m v=1,")]
    [InlineData("m v=1 x")]
    [InlineData("m v=1 1 2")]
    [InlineData(",a=b v=1")]
    [InlineData("m,a v=1")]
    [InlineData("m,a= v=1")]
    [InlineData("m =1")]
    [InlineData("m v=1.5i")]
    [InlineData("m v=NaN")]
    [InlineData("m v=1e999")]
    [InlineData("m v=\"open")]
    [InlineData("m v=yes")]
    [InlineData("good v=1\nbad")]
    public void A_payload_with_a_malformed_line_is_rejected_whole(string payload) => Assert.Equal(RejectReason.Malformed, Source().Rejection("t", payload));

    [Fact]
    public void No_bytes_whatever_bring_the_decoder_down() => Hostile.Attack(Source(), "t", Encoding.UTF8.GetBytes(Line + "\n#x\nm,a=b v=1i,w=2\r\n"), 8);

    [Fact]
    public void A_line_costs_no_memory() => Assert.Equal(0, Source().BytesAllocatedBy("t", Encoding.UTF8.GetBytes(Line)));

    private static Bench Source() => new(new SourceOptions { Topic = "t", Format = "influx", Sensor = "s" });
}
