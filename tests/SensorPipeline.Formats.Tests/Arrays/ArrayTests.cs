using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Arrays;

public class ArrayTests
{
    private static readonly SourceOptions Floats = new() { Topic = "lab/daq/ch0", Format = "binary", Period = TimeSpan.FromMilliseconds(10) };

    private static readonly byte[] Three = Convert.FromHexString("0000c03f000010c000004040");

    [Fact]
    public void Samples_are_one_period_apart_and_the_last_is_that_of_the_arrival() => Assert.Equal(
        [Sample(1.5, -20), Sample(-2.25, -10), Sample(3, 0)], new Bench(Floats).Decode("lab/daq/ch0", Three));

    [Fact]
    public void The_arrival_may_be_the_time_of_the_first_sample() => Assert.Equal(
        [Sample(1.5, 0), Sample(-2.25, 10), Sample(3, 20)], new Bench(Floats with { TimeOf = "first" }).Decode("lab/daq/ch0", Three));

    [Theory]
    [InlineData("u8", "little", "ff", 255)]
    [InlineData("i8", "little", "ff", -1)]
    [InlineData("u16", "little", "0102", 513)]
    [InlineData("u16", "big", "0102", 258)]
    [InlineData("i16", "little", "feff", -2)]
    [InlineData("i16", "big", "fffe", -2)]
    [InlineData("u32", "little", "ffffffff", 4294967295)]
    [InlineData("u32", "big", "00000102", 258)]
    [InlineData("i32", "little", "ffffffff", -1)]
    [InlineData("i32", "big", "fffffffe", -2)]
    [InlineData("u64", "little", "0100000000000000", 1)]
    [InlineData("u64", "big", "ffffffffffffffff", 18446744073709551615)]
    [InlineData("i64", "little", "ffffffffffffffff", -1)]
    [InlineData("i64", "big", "fffffffffffffffe", -2)]
    [InlineData("f32", "big", "3fc00000", 1.5)]
    [InlineData("f64", "little", "000000000000f83f", 1.5)]
    [InlineData("f64", "big", "3ff8000000000000", 1.5)]
    public void Every_type_is_read_in_either_byte_order(string type, string endian, string hex, double value)
    {
        var bench = new Bench(Floats with { Binary = new BinaryOptions { Type = type, Endian = endian } });

        Assert.Equal(value, Assert.Single(bench.Decode("lab/daq/ch0", Convert.FromHexString(hex))).Value);
    }

    [Fact]
    public void Channels_are_interleaved_behind_a_header()
    {
        var bench = new Bench(new SourceOptions
        {
            Topic = "d",
            Format = "binary",
            Period = TimeSpan.FromSeconds(1),
            Binary = new BinaryOptions { Type = "i16", Skip = 2, Width = 3 },
            Channels = [new ChannelOptions { Name = "x", Scale = 0.5 }, new ChannelOptions { Name = "z", Path = "2" }],
        });

        IReadOnlyList<Sample> samples = bench.Decode("d", Convert.FromHexString("abcd010002000300040005000600"));

        Assert.Equal([("d/x", 0.5), ("d/z", 3), ("d/x", 2), ("d/z", 6)], samples.Select(sample => (sample.Sensor, sample.Value)));
    }

    [Theory]
    [InlineData("0000c03f00")]
    [InlineData("0000c0")]
    public void A_payload_that_is_no_whole_number_of_samples_is_rejected(string hex)
    {
        var bench = new Bench(Floats);
        Assert.Empty(bench.Decode("lab/daq/ch0", Convert.FromHexString(hex)));
        Assert.Equal(RejectReason.Malformed, bench.Outcome.Reason);
    }

    [Fact]
    public void Several_samples_without_a_period_have_no_times_and_are_rejected()
    {
        var bench = new Bench(Floats with { Period = null });
        Assert.Empty(bench.Decode("lab/daq/ch0", Three));
        Assert.Equal(RejectReason.Malformed, bench.Outcome.Reason);
        Assert.Single(bench.Decode("lab/daq/ch0", Three[..4]));
    }

    [Fact]
    public void A_number_that_is_not_finite_is_rejected_alone()
    {
        var bench = new Bench(Floats);

        Assert.Equal([1, 2], bench.Decode("lab/daq/ch0", Convert.FromHexString("0000803f0000c07f00000040")).Select(sample => sample.Value));
        Assert.Equal(new DecodeOutcome(2, 1, RejectReason.NotFinite, 0), bench.Outcome);
    }

    [Fact]
    public void An_array_in_json_is_read_the_same_way()
    {
        var bench = new Bench(new SourceOptions { Topic = "d", Path = "/x", Time = "/ts", TimeOf = "first", Period = TimeSpan.FromSeconds(1) });

        IReadOnlyList<Sample> samples = bench.Decode("d", """{"ts":1000,"x":[1, 2.5 ,3]}""");

        Assert.Equal([1, 2.5, 3], samples.Select(sample => sample.Value));
        Assert.Equal([1000_000, 1001_000, 1002_000], samples.Select(sample => (sample.Time - EventTime.FromUnixMilliseconds(0)).TotalMilliseconds));
        Assert.Equal(RejectReason.Malformed, bench.Rejection("d", """{"x":[[1]]}"""));
        Assert.Equal(RejectReason.Malformed, bench.Rejection("d", """{"x":[]}"""));
        Assert.Equal([1], bench.Decode("d", """{"x":[1,null]}""").Select(sample => sample.Value));
    }

    [Fact]
    public void Faults_of_the_layout_are_listed_by_key()
    {
        SourceSet.Compile(
            [Floats with { Binary = new BinaryOptions { Type = "f16", Endian = "middle", Skip = -1, Width = 0 }, TimeOf = "middle", Channels = [new ChannelOptions { Path = "7" }] }],
            new SourceLimits(),
            out IReadOnlyList<SourceFault> faults);

        Assert.Equal(
            ["Binary:Endian", "Binary:Skip", "Binary:Type", "Binary:Width", "Channels[0]:Path", "TimeOf"], faults.Select(fault => fault.Key["Sources[0]:".Length..]).Order());
    }

    [Fact]
    public void No_bytes_whatever_bring_the_decoder_down() => Hostile.Attack(new Bench(Floats), "lab/daq/ch0", Three, 9, rounds: 2000);

    [Fact]
    public void An_array_costs_no_memory() => Assert.Equal(0, new Bench(Floats).BytesAllocatedBy("lab/daq/ch0", Three));

    private static Sample Sample(double value, int milliseconds) => new("lab/daq/ch0", value, EventTime.From(Bench.Noon.AddMilliseconds(milliseconds)));
}
