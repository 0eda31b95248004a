using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Decoding;

public class ReadingDecoderTests
{
    private static readonly SourceOptions Bench = new()
    {
        Topic = "lab/{bench}/env",
        Time = "/ts",
        Channels = [new ChannelOptions { Name = "temperature", Path = "/temp" }, new ChannelOptions { Name = "humidity", Path = "/rh" }],
    };

    [Fact]
    public void A_channel_is_named_by_its_source_and_itself()
    {
        var bench = new Bench(Bench);

        IReadOnlyList<Sample> samples = bench.Decode("lab/b1/env", """{"ts":1718000000123,"temp":21.5,"rh":"44.1"}""");

        EventTime time = EventTime.FromUnixMilliseconds(1718000000123);
        Assert.Equal([new Sample("b1/temperature", 21.5, time), new Sample("b1/humidity", 44.1, time)], samples);
    }

    [Fact]
    public void A_sensor_is_introduced_once_and_before_its_first_reading()
    {
        var bench = new Bench(Bench);

        bench.Decode("lab/b1/env", """{"temp":1,"rh":2}""");
        Assert.Equal(
            [InputKind.SensorAdded, InputKind.Reading, InputKind.SensorAdded, InputKind.Reading], bench.Inputs.ToArray().Select(input => input.Kind));

        bench.Decode("lab/b1/env", """{"temp":1,"rh":2}""");
        Assert.Equal([InputKind.Reading, InputKind.Reading], bench.Inputs.ToArray().Select(input => input.Kind));
    }

    [Fact]
    public void A_sensor_that_is_known_from_before_keeps_its_index()
    {
        var bench = new Bench(Bench);
        bench.Names.Add("other");
        int known = bench.Names.Add("b1/temperature");

        bench.Decode("lab/b1/env", """{"temp":1}""");

        Assert.Equal(known, Assert.Single(bench.Inputs.ToArray()).Sensor);
    }

    [Theory]
    [InlineData("home/bench/temp", null, "home/bench/temp", "home/bench/temp")]
    [InlineData("home/{room}/{what}", null, "home/lab/t", "lab/t")]
    [InlineData("home/#", null, "home/lab/t", "home/lab/t")]
    [InlineData("home/{room}/+", "{topic}", "home/lab/t", "home/lab/t")]
    [InlineData("/home/temp", null, "/home/temp", "home/temp")]
    [InlineData("home/{room}/{what...}", "x-{what}-{room}", "home/lab/a/b", "x-a/b-lab")]
    public void A_sensor_is_named_by_the_template_or_the_topic(string template, string? sensor, string topic, string name)
    {
        var bench = new Bench(new SourceOptions { Topic = template, Sensor = sensor });

        Assert.Equal(name, Assert.Single(bench.Decode(topic, "1")).Sensor);
    }

    [Theory]
    [InlineData("dev/..")]
    [InlineData("dev/.")]
    [InlineData("dev/")]
    [InlineData("dev//x")]
    [InlineData("dev/$SYS")]
    [InlineData("dev/a\u0007b")]
    [InlineData("dev/a\u202Eb")]
    [InlineData("dev/a\u2028b")]
    [InlineData("dev/../../etc/passwd")]
    public void Whatever_a_device_calls_itself_its_sensor_is_a_safe_part_of_a_topic(string topic)
    {
        var bench = new Bench(new SourceOptions { Topic = "dev/#", Sensor = "{topic}" }, new SourceOptions { Topic = "gateway", Path = "/*", Sensor = "x" }.Star());

        AssertSafe(Assert.Single(bench.Decode(topic, "1")).Sensor);
        string key = topic["dev/".Length..];
        AssertSafe(Assert.Single(bench.Decode("gateway", System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, int> { [key] = 1 }))).Sensor);
    }

    [Fact]
    public void Two_names_that_look_alike_once_they_are_safe_stay_two_sensors()
    {
        var bench = new Bench(new SourceOptions { Topic = "dev/{name}" });

        string[] names = [.. new[] { "dev/a\u0001", "dev/a\u0002", "dev/a_" }.Select(topic => Assert.Single(bench.Decode(topic, "1")).Sensor)];

        Assert.Equal(3, names.Distinct().Count());
    }

    [Fact]
    public void A_topic_that_is_no_utf8_is_rejected()
    {
        var bench = new Bench(new SourceOptions { Topic = "dev/#" });

        Assert.Empty(bench.Decode([(byte)'d', (byte)'e', (byte)'v', (byte)'/', 0xFF], "1"u8.ToArray()));
        Assert.Equal(RejectReason.BadName, bench.Outcome.Reason);
    }

    [Fact]
    public void An_overlong_name_is_rejected()
    {
        var bench = new Bench(new SourceOptions { Topic = "dev/#" });

        Assert.Equal(RejectReason.BadName, bench.Rejection("dev/" + new string('x', 600), "1"));
        Assert.Equal(0, bench.Names.Count);
    }

    [Fact]
    public void What_cannot_be_read_is_counted_by_reason_and_disturbs_nothing_else()
    {
        var bench = new Bench(new SourceLimits { PayloadBytes = 100, Sensors = 2 }, Bench);
        bench.Decode("lab/b1/env", """{"temp":1,"rh":2}""");

        Assert.Equal(RejectReason.UnknownTopic, bench.Rejection("lab/b1/other", "1"));
        Assert.Equal(RejectReason.Malformed, bench.Rejection("lab/b1/env", """{"temp":1,"rh":2"""));
        Assert.Equal(RejectReason.Malformed, bench.Rejection("lab/b1/env", """{"temp":NaN}"""));
        Assert.Equal(RejectReason.NotFinite, bench.Rejection("lab/b1/env", """{"temp":1e999}"""));
        Assert.Equal(RejectReason.NotFinite, bench.Rejection("lab/b1/env", """{"temp":"nan"}"""));
        Assert.Equal(RejectReason.Oversized, bench.Rejection("lab/b1/env", $$"""{"temp":1,"x":"{{new string('x', 100)}}"}"""));
        Assert.Equal(RejectReason.NoValue, bench.Rejection("lab/b1/env", ""));
        Assert.Equal(RejectReason.NoValue, bench.Rejection("lab/b1/env", """{"temp":null}"""));
        Assert.Equal(RejectReason.Retained, bench.Rejection("lab/b1/env", """{"temp":5}""", retained: true));
        Assert.Equal(RejectReason.TooManySensors, bench.Rejection("lab/b2/env", """{"temp":5}"""));
        Assert.Equal(2, bench.Decode("lab/b1/env", """{"temp":3,"rh":4}""").Count);

        DecodeCounters counters = bench.Decoder.Counters;
        Assert.Equal(4, counters.Accepted);
        Assert.Equal(
            [0, 1, 2, 2, 1, 0, 0, 1, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0], Enum.GetValues<RejectReason>().Select(counters.Rejected));
    }

    [Fact]
    public void One_bad_value_does_not_take_its_neighbour_with_it()
    {
        var bench = new Bench(Bench);

        Sample good = Assert.Single(bench.Decode("lab/b1/env", """{"temp":{"x":1},"rh":44}"""));

        Assert.Equal("b1/humidity", good.Sensor);
        Assert.Equal(new DecodeOutcome(1, 1, RejectReason.Malformed, 0), bench.Outcome);
        Assert.Equal("/temp", bench.Decoder.LastRejectedPath);
    }

    [Fact]
    public void A_rejected_message_is_described_on_one_short_line()
    {
        var bench = new Bench(Bench);
        byte[] topic = "lab/b1/env"u8.ToArray();
        byte[] payload = Encoding.UTF8.GetBytes("{\"temp\":\n\"\u001b[31mfünf" + new string('x', 500));
        var message = new Message { Topic = topic, Payload = payload, Arrival = EventTime.From(Decoding.Bench.Noon) };

        string line = bench.Decoder.Describe(message, bench.Decoder.Decode(message, new InputBatch()));

        Assert.StartsWith("malformed: topic 'lab/b1/env' payload of 520 bytes '{\"temp\":.\".[31mfünfxxx", line);
        Assert.DoesNotContain('\n', line);
        Assert.InRange(line.Length, 100, 200);
    }

    [Fact]
    public void A_channel_that_is_missing_is_counted_but_no_fault()
    {
        var bench = new Bench(Bench);

        Assert.Single(bench.Decode("lab/b1/env", """{"temp":1}"""));

        Assert.Equal(0, bench.Outcome.Rejected);
        Assert.Equal(1, bench.Decoder.Counters.Adjusted(Adjustment.MissingValue));
        Assert.Equal(1, bench.Decoder.Counters.Adjusted(Adjustment.MissingTime));
    }

    [Fact]
    public void Forgetting_routes_forgets_no_sensor()
    {
        var bench = new Bench(new SourceLimits { Topics = 3 }, new SourceOptions { Topic = "t/{n}" });
        for (int round = 0; round < 3; round++)
        {
            for (int n = 0; n < 10; n++)
            {
                Assert.Equal($"{n}", Assert.Single(bench.Decode($"t/{n}", "1")).Sensor);
            }
        }

        Assert.Equal(10, bench.Names.Count);
    }

    [Fact]
    public void Replacing_the_sources_keeps_sensors_and_counts()
    {
        var bench = new Bench(new SourceOptions { Topic = "t/{n}" });
        bench.Decode("t/1", "1");

        bench.Decoder.Use(SourceSet.Compile([new SourceOptions { Topic = "t/{n}", Path = "/v" }], new SourceLimits(), out _));

        Assert.Equal(7, bench.Value("t/1", """{"v":7}"""));
        Assert.Equal(1, bench.Names.Count);
        Assert.Equal(2, bench.Decoder.Counters.Accepted);
    }

    [Theory]
    [InlineData("/n", true)]
    [InlineData(null, false)]
    public void A_message_that_its_device_numbers_says_so(string? counter, bool isNumbered)
    {
        var bench = new Bench(new SourceOptions { Topic = "t", Path = "/v", Counter = counter }) { Key = new DeliveryKey(7, redelivered: true, hash: 5) };
        bench.Decode("t", """{"v":1,"n":4}""");
        Assert.Equal(new DeliveryKey(7, redelivered: true, hash: 5) { IsNumbered = isNumbered }, new DeliveryKey(bench.Inputs[^1].Key));
    }

    [Fact]
    public void Topics_that_differ_in_one_character_anywhere_are_told_apart()
    {
        var bench = new Bench(new SourceOptions { Topic = "{n}" });
        string[] topics =
        [
            .. from length in Enumerable.Range(1, 50)
               from at in Enumerable.Range(0, length)
               select new string('a', at) + "b" + new string('a', length - at - 1),
        ];
        for (int round = 0; round < 2; round++)
        {
            Assert.All(topics, topic => Assert.Equal(topic, Assert.Single(bench.Decode(topic, "1")).Sensor));
        }

        Assert.Equal(topics.Length, bench.Names.Count);
    }

    [Fact]
    public void A_thousand_topics_find_their_way()
    {
        var bench = new Bench(new SourceOptions { Topic = "t/{n}/x" });
        for (int round = 0; round < 2; round++)
        {
            for (int n = 0; n < 1000; n++)
            {
                Assert.Equal(new Sample($"{n}", n, EventTime.From(bench.Arrival)), Assert.Single(bench.Decode($"t/{n}/x", $"{n}")));
            }
        }
    }

    private static void AssertSafe(string name)
    {
        Assert.All(name.Split('/'), level => Assert.Matches(@"^(?!\$)(?!\.{1,2}$)[^\u0000-\u001F\u007F-\u009F+#\u200E\u202A-\u202E\u2028\u2029]+$", level));
    }
}

internal static class SourceShapes
{
    /// <summary>The source with its path as a channel named by what the first star matches.</summary>
    public static SourceOptions Star(this SourceOptions source) => source with
    {
        Path = null,
        Channels = [new ChannelOptions { Name = "{0}", Path = source.Path }],
    };
}
