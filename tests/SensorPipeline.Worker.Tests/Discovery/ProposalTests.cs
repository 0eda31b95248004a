using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Worker.Discovery;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Tests.Options;
using Xunit;

namespace SensorPipeline.Worker.Tests.Discovery;

/// <summary>What was heard, and the configuration that is proposed for it.</summary>
public sealed class ProposalTests : IDisposable
{
    private readonly ConfigurationDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("zigbee2mqtt", "", "zigbee2mqtt/kitchen/window", """{"temperature":27.34,"linkquality":120}""", "kitchen/window/temperature")]
    [InlineData("zigbee2mqtt", "z2m/{device...}", "z2m/window", """{"temperature":27.34}""", "window/temperature", "z2m/bridge/state", "online")]
    [InlineData("tasmota", "", "tele/cellar/SENSOR", """{"Time":"2021-01-02T09:09:44","DS18B20":{"Temperature":13.3}}""", "cellar/DS18B20/Temperature")]
    [InlineData("tasmota", "{device}/tele/SENSOR", "cellar/tele/SENSOR", """{"Time":"2021-01-02T09:09:44","DS18B20":{"Temperature":13.3}}""", "cellar/DS18B20/Temperature")]
    [InlineData("shelly", "", "shellies/shelly1pm-A4/relay/0/power", "12.34", "shelly1pm-A4/relay/0/power")]
    [InlineData("shelly-gen2", "", "plus-b8d6/events/rpc", """{"src":"x","method":"NotifyStatus","params":{"ts":1680962879.62,"temperature:0":{"id":0,"tC":19.8}}}""", "plus-b8d6/temperature:0/tC")]
    [InlineData("shelly-gen2", "home/{device}/events/rpc", "home/plus/events/rpc", """{"method":"NotifyStatus","params":{"temperature:0":{"tC":19.8}}}""", "plus/temperature:0/tC")]
    [InlineData("shelly-gen2-status", "", "plug/status/switch:0", """{"id":0,"apower":8.9}""", "plug/switch:0/apower")]
    [InlineData("esphome", "", "attic/sensor/room_temperature/state", "21.5", "attic/room_temperature", "attic/status", "online")]
    [InlineData("homie", "", "homie/car/engine/temperature", "21.5", "car/engine/temperature", "homie/car/$state", "ready")]
    [InlineData("the-things-stack", "", "v3/app@ttn/devices/dev1/up", """{"uplink_message":{"f_cnt":1,"decoded_payload":{"temperature":1.0}}}""", "dev1/temperature")]
    [InlineData("owntracks", "", "owntracks/ann/phone", """{"_type":"location","lat":46.12,"lon":7.21,"tst":1449956430}""", "ann/phone/latitude")]
    public void A_device_family_is_recognised_by_what_it_sends(string preset, string topic, params string[] heard)
    {
        Proposal proposal = Propose((heard[0], heard[1]), heard.Length > 3 ? (heard[3], heard[4]) : (heard[0], heard[1]));

        SourceFinding finding = Assert.Single(proposal.Findings);
        Assert.Equal((preset, topic), (finding.Source.Options.Preset, finding.Source.Options.Topic ?? ""));
        Assert.Contains(heard[2], SensorsOf(proposal, (heard[0], heard[1])));
    }

    [Fact]
    public void Sparkplug_is_recognised_by_its_topics_even_before_a_birth_is_heard()
    {
        Proposal proposal = Propose(("spBv1.0/plant/NDATA/edge", "\u0008\u0001"));

        Assert.Equal("sparkplug", Assert.Single(proposal.Findings).Source.Options.Preset);
        Assert.Contains(ProposalText.Explain(proposal), line => line.Contains("birth certificates", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("number", "lab/{device}/{quantity}", "lab/b1/temp=21.5 lab/b2/hum=44", "lab/b1/temp", "21.5", "lab/b2/hum", "44 ")]
    [InlineData("json", "lab/{device}/env", "lab/b1/env/climate/rh=44 lab/b1/env/temp=21.5", "lab/b1/env", """{"ts":1718000000123,"temp":21.5,"climate":{"rh":"44"},"unit":"C"}""", "lab/b2/env", """{"temp":1}""")]
    [InlineData("senml", "mote/data", "mote/data/n/t=120.1", "mote/data", """[{"bn":"n/","n":"t","u":"V","v":120.1}]""")]
    [InlineData("influx", "weather/lab", "weather/lab/weather/lab/temp=21.5", "weather/lab", "weather,site=lab temp=21.5 1556813561098000000")]
    public void Payloads_of_no_family_are_recognised_by_the_format_that_reads_them(string format, string topic, string readings, params string[] heard)
    {
        (string Topic, string Payload)[] messages = [.. heard.Chunk(2).Select(pair => (pair[0], pair[1]))];
        Proposal proposal = Propose(messages);

        SourceFinding finding = Assert.Single(proposal.Findings);
        Assert.Equal((format, topic), (finding.Source.Options.Format, finding.Source.Options.Topic));
        Assert.Subset(ReadingsOf(proposal, messages).ToHashSet(), readings.Split(' ').ToHashSet());
    }

    [Fact]
    public void The_time_of_json_objects_is_found_and_is_no_channel()
    {
        SourceFinding finding = Assert.Single(Propose(("a/b", """{"id":7,"at":{"timestamp":"2026-01-01T00:00:00Z"},"v":1}""")).Findings);

        Assert.Equal("/at/timestamp", finding.Source.Options.Time);
        Assert.Equal(["/v"], finding.Source.Options.Channels.Select(channel => channel.Path));
    }

    [Fact]
    public void What_a_template_would_take_besides_its_own_is_left_out()
    {
        (string, string)[] heard = [("home/a/temp", "1"), ("home/b/temp", "2"), ("home/b/hum", "3"), ("home/a/light", "ON"), ("home/b/light", "OFF"), ("home/c/temp", "warm")];

        SourceFinding finding = Assert.Single(Propose(heard).Findings);

        Assert.Equal("home/{device}/{quantity}", finding.Source.Options.Topic);
        Assert.Equal(["home/+/light", "home/c/+"], finding.Source.Options.Exclude);
    }

    [Fact]
    public void Devices_at_the_root_become_a_placeholder_once_there_are_several()
    {
        Proposal proposal = Propose([.. Enumerable.Range(0, 5).Select(i => ($"dev{i}/temperature", "1"))]);

        Assert.Equal("{device}/temperature", Assert.Single(proposal.Findings).Source.Options.Topic);
    }

    [Fact]
    public void The_services_own_results_and_what_holds_no_number_are_not_proposed()
    {
        Proposal proposal = Propose(("sensor-pipeline/host/sensor/a/state", """{"value":1}"""), ("homeassistant/sensor/x/config", """{"qos":1}"""), ("light/state", "ON"), ("empty", ""));

        Assert.Empty(proposal.Findings);
        Assert.Equal(4, proposal.Unread.Count);
    }

    [Fact]
    public void Hostile_topics_and_payloads_give_a_configuration_that_still_loads()
    {
        var random = new Random(5);
        var heard = new List<(string, string)> { ("a/{x}/b", "1"), ("$SYS/x", "1"), ("a/\u0007/b", "2"), ("/", "3"), ("//x", "4"), ("{", "5"), ("ok/\"quoted\"", "6"), ("emoji/\U0001F600", "7") };
        for (int i = 0; i < 300; i++)
        {
            byte[] payload = new byte[random.Next(1, 40)];
            random.NextBytes(payload);
            heard.Add(($"r{random.Next(9)}/{(char)random.Next(32, 126)}/{random.Next(5)}".Replace('#', 'x').Replace('+', 'x'), Encoding.Latin1.GetString(payload)));
        }

        heard.Add(("deep/json", $$"""{"a*b":1,"{0}":2,"x/y":3,"":4,"ok":5,"nested":{"..":1,"k":{"l":{"m":1} } } }"""));
        Proposal proposal = Propose([.. heard]);

        Assert.NotEmpty(proposal.Findings);
        Load(proposal);
        Assert.All(ProposalText.Explain(proposal), line => Assert.DoesNotContain(line, char.IsControl));
    }

    [Fact]
    public void Topics_beyond_the_limit_are_counted_and_not_kept()
    {
        var samples = new TopicSamples(10);
        for (int i = 0; i < 100; i++)
        {
            samples.Hear(MessageOf($"t/{i}", "1"));
        }

        Assert.Equal((100, 90, 10), (samples.Messages, samples.Beyond, samples.Topics.Count));
    }

    [Fact]
    public void Payloads_are_kept_only_so_far()
    {
        var samples = new TopicSamples(10_000);
        string payload = new('1', 60_000);
        for (int i = 0; i < 10_000; i++)
        {
            samples.Hear(MessageOf($"t/{i % 2000}", payload));
        }

        Assert.InRange(samples.Topics.Sum(topic => topic.Payloads.Sum(kept => (long)kept.Length)), 1, 32 * 1024 * 1024);
        Assert.All(samples.Topics, topic => Assert.InRange(topic.Payloads.Count, 0, 4));
    }

    private static Proposal Propose(params (string Topic, string Payload)[] heard)
    {
        var samples = new TopicSamples(5000);
        foreach ((string topic, string payload) in heard)
        {
            samples.Hear(MessageOf(topic, payload));
        }

        return Proposal.For(samples.Topics, new ServiceOptions { Instance = "host" });
    }

    private ServiceOptions Load(Proposal proposal)
    {
        LoadedConfiguration loaded = directory.Load(directory.Write("proposed.json", ProposalText.ToJson(proposal, new BrokerOptions())));
        Assert.Empty(loaded.Faults);
        return loaded.Options!;
    }

    private IEnumerable<string> SensorsOf(Proposal proposal, params (string Topic, string Payload)[] heard) => ReadingsOf(proposal, heard).Select(reading => reading.Split('=')[0]);

    private List<string> ReadingsOf(Proposal proposal, params (string Topic, string Payload)[] heard)
    {
        var limits = new Formats.Sources.SourceLimits();
        var names = new SensorNames();
        var decoder = new ReadingDecoder(Formats.Sources.SourceSet.Compile(Load(proposal).Sources, limits, out _), names, limits);
        var readings = new List<string>();
        foreach ((string topic, string payload) in heard)
        {
            var batch = new InputBatch();
            decoder.Decode(MessageOf(topic, payload), batch);
            foreach (Input input in batch.Inputs)
            {
                if (input.Kind == InputKind.Reading)
                {
                    readings.Add(FormattableString.Invariant($"{names[input.Sensor]}={input.Value}"));
                }
            }
        }

        return readings;
    }

    private static Message MessageOf(string topic, string payload) => new()
    {
        Topic = Encoding.UTF8.GetBytes(topic),
        Payload = Encoding.UTF8.GetBytes(payload),
        Arrival = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
    };
}
