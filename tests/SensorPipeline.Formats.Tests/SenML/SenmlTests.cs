using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.SenML;

public class SenmlTests
{
    private const string Pack =
        """
        [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e9,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},
         {"n":"current","t":-5,"v":1.2},{"n":"current","t":-2,"v":1.5},{"n":"current","v":1.7}]
        """;

    // The same pack: labels as small integers, 1.5 as a half.
    private const string PackInCbor =
        "84 a7 21 78 1b 75726e3a6465763a6f773a313065323037336130313038303036 3a 22 fb 41d303a15b001062 23 61 41 20 05 00 67 766f6c74616765 01 61 56 02 fb 405e066666666666"
        + "a3 00 67 63757272656e74 06 24 02 fb 3ff3333333333333 a3 00 67 63757272656e74 06 21 02 f9 3e00 a2 00 67 63757272656e74 02 fb 3ffb333333333333";

    private static readonly EventTime BaseTime = EventTime.FromUnixMilliseconds(1276020076001);

    // The seven records of RFC 8428, section 6, byte for byte.
    private const string StandardsPackInCbor =
        "87 a7 21 78 1b 75726e3a6465763a6f773a313065323037336130313038303036 3a 22 fb 41d303a15b001062 23 61 41 20 05 00 67 766f6c74616765 01 61 56 02 fb 405e066666666666"
        + "a3 00 67 63757272656e74 06 24 02 fb 3ff3333333333333 a3 00 67 63757272656e74 06 23 02 fb 3ff4cccccccccccd a3 00 67 63757272656e74 06 22 02 fb 3ff6666666666666"
        + "a3 00 67 63757272656e74 06 21 02 f9 3e00 a3 00 67 63757272656e74 06 20 02 fb 3ff999999999999a a3 00 67 63757272656e74 06 00 02 fb 3ffb333333333333";

    private static byte[] Cbor => FromHex(PackInCbor);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Base_fields_hold_for_the_records_that_follow(bool cbor)
    {
        Bench bench = Source(cbor ? "senml-cbor" : "senml");

        IReadOnlyList<Sample> samples = bench.Decode("s", cbor ? Cbor : Encoding.UTF8.GetBytes(Pack));

        const string name = "s/urn:dev:ow:10e2073a0108006:";
        Assert.Equal(
            [
                new Sample($"{name}voltage", 120.1, Near(BaseTime, samples[0].Time)),
                new Sample($"{name}current", 1.2, Near(BaseTime - TimeSpan.FromSeconds(5), samples[1].Time)),
                new Sample($"{name}current", 1.5, Near(BaseTime - TimeSpan.FromSeconds(2), samples[2].Time)),
                new Sample($"{name}current", 1.7, Near(BaseTime, samples[3].Time)),
            ],
            samples);
    }

    [Fact]
    public void The_example_of_the_standard_is_read_as_it_stands_there()
    {
        byte[] pack = FromHex(StandardsPackInCbor);
        Assert.Equal(195, pack.Length);

        IReadOnlyList<Sample> samples = Source("senml-cbor").Decode("s", pack);

        Assert.Equal([120.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7], samples.Select(sample => sample.Value));
        Assert.Equal([0, -5, -4, -3, -2, -1, 0], samples.Select(sample => Math.Round((sample.Time - BaseTime).TotalSeconds, 3)));
    }

    [Theory]
    [InlineData("""[{"n":"t","v":1}]""", 0)]
    [InlineData("""[{"n":"t","v":1,"t":-60}]""", -60)]
    [InlineData("""[{"n":"t","v":1,"bt":-10,"t":-2.5}]""", -12.5)]
    public void Small_times_count_from_now(string payload, double seconds) =>
        Assert.Equal(EventTime.From(Bench.Noon.AddSeconds(seconds)), Assert.Single(Source("senml").Decode("s", payload)).Time);

    [Fact]
    public void A_base_value_is_added() => Assert.Equal(20.5, Source("senml").Value("s", """[{"bn":"a","bv":20,"v":0.5}]"""));

    [Theory]
    [InlineData("""[{"n":"a"}]""")]
    [InlineData("""[{"bn":"a","bt":5}]""")]
    [InlineData("""[{"n":"a","s":5}]""")]
    [InlineData("""[{"n":"a","vs":"open"}]""")]
    [InlineData("""[{"n":"a","vb":true}]""")]
    [InlineData("""[{"n":"a","vd":"AQID"}]""")]
    [InlineData("[]")]
    public void What_holds_no_number_is_no_reading_and_no_fault(string payload) => Assert.Equal(RejectReason.None, Source("senml").Rejection("s", payload));

    [Fact]
    public void Texts_and_booleans_are_read_where_the_source_says_what_they_stand_for()
    {
        var bench = new Bench(new SourceOptions
        {
            Topic = "s",
            Format = "senml",
            Channels = [new ChannelOptions { Name = "{0}", Value = { ["open"] = 1, ["true"] = 2 } }],
        });

        Assert.Equal(1, bench.Value("s", """[{"n":"a","vs":"o\u0070en"}]"""));
        Assert.Equal(2, bench.Value("s", """[{"n":"b","vb":true}]"""));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"n":"a","v":1}""")]
    [InlineData("""[{"n":"a","v":1,"must_":2}]""")]
    [InlineData("""[{"n":"a","v":1,"bver":11}]""")]
    [InlineData("""[{"n":"a","v":1,"vs":"x"}]""")]
    [InlineData("""[{"n":"a","v":"1"}]""")]
    [InlineData("""[{"n":1,"v":1}]""")]
    [InlineData("""[{"v":1}]""")]
    [InlineData("""[{"n":"a","v":1,"t":1e300}]""")]
    [InlineData("""[{"n":"a","v":1},{"n":"b","v":{}}]""")]
    public void A_pack_that_breaks_the_rules_is_rejected_whole(string payload) => Assert.Equal(RejectReason.Malformed, Source("senml").Rejection("s", payload));

    [Fact]
    public void Labels_that_are_not_known_are_ignored() => Assert.Equal(1, Source("senml").Value("s", """[{"n":"a","v":1,"x":[1,{"y":2}],"z":null}]"""));

    [Theory]
    [InlineData("9f bf 00 61 61 02 01 ff ff", 1)]
    [InlineData("81 a2 00 61 61 02 38 63", -100)]
    [InlineData("81 a2 00 61 61 02 fa 3fc00000", 1.5)]
    [InlineData("81 a2 00 61 61 02 c4 82 21 19 6ab3", 273.15)]
    [InlineData("81 a2 61 6e 61 61 61 76 03", 3)]
    [InlineData("81 a3 00 61 61 02 01 18 64 83 01 02 a1 01 f6", 1)]
    public void Cbor_is_read_in_every_way_it_may_be_written(string hex, double value) =>
        Assert.Equal(value, Assert.Single(Source("senml-cbor").Decode("s", FromHex(hex))).Value);

    [Theory]
    [InlineData("80 00")]
    [InlineData("81 a2 00 61 61 02")]
    [InlineData("81 a2 00 7b ffffffffffffffff")]
    [InlineData("9b ffffffffffffffff")]
    [InlineData("81 a2 00 61 61 02 f5")]
    [InlineData("81 a1 20 0b")]
    [InlineData("81 a2 00 61 61 02 c4 82 3b ffffffffffffffff 01")]
    [InlineData("a1 00 01")]
    [InlineData("81 a2 00 61 61 1c 01")]
    public void Cbor_that_is_malformed_is_rejected_whole(string hex)
    {
        Bench bench = Source("senml-cbor");
        Assert.Empty(bench.Decode("s", FromHex(hex)));
        Assert.Equal(RejectReason.Malformed, bench.Outcome.Reason);
    }

    [Fact]
    public void Nesting_without_end_is_rejected()
    {
        Bench bench = Source("senml-cbor");
        Assert.Empty(bench.Decode("s", [0x81, 0xA1, 0x18, 0x64, .. Enumerable.Repeat((byte)0x81, 100_000)]));
        Assert.Equal(RejectReason.Malformed, bench.Outcome.Reason);
    }

    [Fact]
    public void No_bytes_whatever_bring_the_decoders_down()
    {
        Hostile.Attack(Source("senml"), "s", Encoding.UTF8.GetBytes(Pack), 5);
        Hostile.Attack(Source("senml-cbor"), "s", Cbor, 6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pack_costs_no_memory(bool cbor)
    {
        Bench bench = Source(cbor ? "senml-cbor" : "senml");
        byte[] payload = cbor ? Cbor : Encoding.UTF8.GetBytes(Pack);
        Assert.Equal(0, bench.BytesAllocatedBy("s", payload));
    }

    private static Bench Source(string format) => new(new SourceOptions { Topic = "s", Format = format });

    private static EventTime Near(EventTime expected, EventTime actual) => (expected - actual).Duration() < TimeSpan.FromMicroseconds(1) ? actual : expected;

    private static byte[] FromHex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
