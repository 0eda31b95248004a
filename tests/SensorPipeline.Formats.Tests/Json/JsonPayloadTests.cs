using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Tests.Decoding;

namespace SensorPipeline.Formats.Tests.Json;

public class JsonPayloadTests
{
    [Theory]
    [InlineData("/temp", """{"temp":21.5}""", 21.5)]
    [InlineData("/temp", """ { "x" : [1,{"temp":3}] , "temp" : 21.5 } """, 21.5)]
    [InlineData("/temp", """{"temp":"21.5"}""", 21.5)]
    [InlineData("/temp", """{"temp":" 21.5 "}""", 21.5)]
    [InlineData("/temp", """{"temp":1,"temp":2}""", 2)]
    [InlineData("/temp", """{"te\u006dp":21.5}""", 21.5)]
    [InlineData("/temp", """{"temp":"2\u0031.5"}""", 21.5)]
    [InlineData("/temp", "\uFEFF{\"temp\":1}", 1)]
    [InlineData("/a/b", """{"a":{"b":2},"b":3}""", 2)]
    [InlineData("/a/1", """{"a":[5,6]}""", 6)]
    [InlineData("/a/1", """{"a":{"1":7}}""", 7)]
    [InlineData("/a~1b", """{"a/b":2}""", 2)]
    [InlineData("/m~0n", """{"m~n":2}""", 2)]
    [InlineData("/temperature:0/tC", """{"temperature:0":{"tC":19.8}}""", 19.8)]
    [InlineData("/größe", """{"größe":4}""", 4)]
    [InlineData("", "21.5", 21.5)]
    [InlineData("", " \"21.5\" ", 21.5)]
    [InlineData("/", """{"":3}""", 3)]
    [InlineData("/n", """{"n":-0.25E+1}""", -2.5)]
    public void A_pointer_finds_its_value(string path, string payload, double value) => Assert.Equal(value, Source(path).Value("t", payload));

    [Theory]
    [InlineData("")]
    [InlineData("21,5")]
    [InlineData("""{"temp":21.5}x""")]
    [InlineData("""{"temp":21.5 °C}""")]
    [InlineData("""{"temp":21.5}{"temp":1}""")]
    [InlineData("""{"temp":NaN}""")]
    [InlineData("""{"temp":01}""")]
    [InlineData("""{"temp":+1}""")]
    [InlineData("""{"temp":1.}""")]
    [InlineData("""{"temp":.5}""")]
    [InlineData("""{"temp":1,}""")]
    [InlineData("""{'temp':1}""")]
    [InlineData("""{"temp":1}/*c*/""")]
    [InlineData("""{"temp":tru}""")]
    [InlineData("{\"temp\":1,\"x\":\"a\nb\"}")]
    [InlineData("""{"temp":1,"x":"\q"}""")]
    [InlineData("""{"temp":1,"x":"\u12g4"}""")]
    [InlineData("""{"temp":"twenty"}""")]
    [InlineData("""{"temp":[1]}""")]
    [InlineData("""{"temp":true}""")]
    public void What_is_no_json_or_no_number_is_never_a_reading(string payload)
    {
        Bench bench = Source("/temp");
        Assert.Contains(bench.Rejection("t", payload), payload.Length == 0 ? [RejectReason.NoValue] : new[] { RejectReason.Malformed });
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        Bench bench = Source("/temp");
        string Nested(int depth) => $$"""{"temp":1,"x":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        Assert.Single(bench.Decode("t", Nested(63)));
        Assert.Equal(RejectReason.Malformed, bench.Rejection("t", Nested(64)));
        Assert.Equal(RejectReason.Malformed, bench.Rejection("t", Nested(100_000)));
    }

    [Fact]
    public void Stars_name_sensors_by_the_keys_they_match()
    {
        var bench = new Bench(new SourceOptions
        {
            Topic = "tele/{device}/SENSOR",
            Channels = [new ChannelOptions { Name = "{0}/temperature", Path = "/*/Temperature" }],
        });

        IReadOnlyList<Sample> samples = bench.Decode("tele/attic/SENSOR", """{"Time":"x","DS-1":{"Id":"1","Temperature":13.3},"DS-2":{"Temperature":1.2},"A":[1]}""");

        Assert.Equal([("attic/DS-1/temperature", 13.3), ("attic/DS-2/temperature", 1.2)], samples.Select(sample => (sample.Sensor, sample.Value)));
    }

    [Fact]
    public void A_last_star_takes_numbers_only_and_leaves_what_others_name()
    {
        var bench = new Bench(new SourceOptions
        {
            Topic = "z/{device...}",
            Time = "/last_seen",
            Channels = [new ChannelOptions { Name = "{0}", Path = "/*" }, new ChannelOptions { Name = "kelvin", Path = "/temperature", Offset = 273.15 }],
        });

        IReadOnlyList<Sample> samples = bench.Decode(
            "z/a", """{"battery":97,"temperature":20,"last_seen":1714550400000,"state":"ON","on":true,"x":null,"y":{"z":1},"count":"12"}""");

        Assert.Equal([("a/kelvin", 293.15), ("a/battery", 97)], samples.Select(sample => (sample.Sensor, sample.Value)));
        Assert.Equal(0, bench.Outcome.Rejected);
    }

    [Fact]
    public void Of_a_repeated_key_under_a_star_the_last_value_counts_from_the_first_message_on()
    {
        Bench bench = Stars("/*");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(["a=3", "b=2"], Texts(bench.Decode("t", """{"a":1,"b":2,"a":3}""")));
            Assert.Equal(["b=2"], Texts(bench.Decode("t", """{"a":1,"b":2,"a":"x"}""")));
        }
    }

    [Fact]
    public void Where_paths_with_stars_meet_the_one_that_names_more_wins()
    {
        var bench = new Bench(new SourceOptions
        {
            Topic = "t",
            Sensor = "s",
            Channels =
            [
                new ChannelOptions { Name = "any/{0}/{1}", Path = "/*/*" },
                new ChannelOptions { Name = "t/{0}", Path = "/*/t" },
                new ChannelOptions { Name = "x/{0}", Path = "/x/*" },
            ],
        });

        Assert.Equal(
            ["s/x/t=1", "s/x/u=2", "s/t/y=3", "s/any/y/u=4"], Texts(bench.Decode("t", """{"x":{"t":1,"u":2},"y":{"t":3,"u":4}}"""), keep: true));
    }

    [Fact]
    public void Items_of_arrays_match_stars_by_their_index() =>
        Assert.Equal(["0=200", "1=181"], Texts(Stars("/Distance/*").Decode("t", """{"Distance":[200.0,181.0]}""")));

    [Fact]
    public void Keys_with_escapes_and_slashes_become_one_level() =>
        Assert.Matches("^a_b-[0-9a-f]{6}=1$", Assert.Single(Texts(Stars("/*").Decode("t", """{"a\/b":1}"""))));

    [Fact]
    public void A_topic_that_invents_keys_without_end_is_stopped()
    {
        var bench = new Bench(new SourceLimits { KeysPerTopic = 10 }, new SourceOptions { Topic = "t", Sensor = "s", Path = "/*" }.Star());
        for (int i = 0; i < 100; i++)
        {
            bench.Decode("t", $$"""{"k{{i}}":1}""");
        }

        Assert.Equal(10, bench.Names.Count);
        Assert.Equal(90, bench.Decoder.Counters.Rejected(RejectReason.TooManySensors));
    }

    [Fact]
    public void Conditions_leave_payloads_out()
    {
        var bench = new Bench(new SourceOptions
        {
            Topic = "t",
            Path = "/lat",
            Require = { ["/_type"] = "location" },
            Refuse = { ["/simulated"] = "True" },
        });

        Assert.Equal(46.12, bench.Value("t", """{"_type":"location","lat":46.12}"""));
        Assert.Equal(46.12, bench.Value("t", """{"_type":"loc\u0061tion","lat":46.12,"simulated":false}"""));
        Assert.Equal(RejectReason.Filtered, bench.Rejection("t", """{"_type":"transition","lat":46.12}"""));
        Assert.Equal(RejectReason.Filtered, bench.Rejection("t", """{"lat":46.12}"""));
        Assert.Equal(RejectReason.Filtered, bench.Rejection("t", """{"_type":"location","lat":46.12,"simulated":true}"""));
    }

    private static Bench Source(string path) => new(new SourceOptions { Topic = "t", Path = path });

    private static Bench Stars(string path) => new(new SourceOptions { Topic = "t", Sensor = "s", Path = path }.Star());

    private static IEnumerable<string> Texts(IReadOnlyList<Sample> samples, bool keep = false) =>
        samples.Select(sample => FormattableString.Invariant($"{(keep ? sample.Sensor : sample.Sensor["s/".Length..])}={sample.Value}"));
}
