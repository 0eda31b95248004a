using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Tests.Decoding;

public class AllocationTests
{
    private static readonly SourceOptions Json = new()
    {
        Topic = "t",
        Time = "/ts",
        Channels = [new ChannelOptions { Name = "a", Path = "/a" }, new ChannelOptions { Name = "{0}", Path = "/*" }],
    };

    [Fact]
    public void A_plain_number_costs_no_memory() => AssertFree(new SourceOptions { Topic = "t" }, "21.5");

    [Fact]
    public void A_json_message_costs_no_memory() => AssertFree(Json, """{"ts":1718000000123,"a":"21.5","b":2,"c":{"d":[1,2]},"e\n":4}""");

    [Fact]
    public void A_wall_clock_costs_no_memory() =>
        AssertFree(Json with { TimeZone = "Europe/Berlin" }, """{"ts":"2024-06-10T08:13:20.123","a":21.5}""");

    [Theory]
    [InlineData("""{"a":tru}""")]
    [InlineData("""{"a":"x"}""")]
    [InlineData("""{"a":"NaN"}""")]
    [InlineData("")]
    public void A_flood_of_rubbish_costs_no_memory(string payload) => AssertFree(Json, payload);

    [Fact]
    public void A_flood_of_topics_that_nobody_wants_costs_no_memory() => AssertFree(new SourceOptions { Topic = "other" }, "21.5");

    [Fact]
    public void Repeats_and_retained_values_cost_no_memory()
    {
        AssertFree(Json with { Repeat = "drop-unchanged" }, """{"a":1,"b":2}""");
        AssertFree(Json, """{"a":1,"b":2}""", retained: true);
    }

    /// <summary>What is remembered costs nothing to meet again.</summary>
    [Theory]
    [InlineData(10, true)]
    [InlineData(3_000, false)]
    public void Topics_are_remembered_unless_their_length_would_fill_the_memory(int length, bool remembered)
    {
        var bench = new Bench(new SourceLimits { Topics = 10 }, new SourceOptions { Topic = "t/{n}/#", Sensor = "{n}" });
        byte[][] topics = [.. Enumerable.Range(0, 2).Select(n => Encoding.UTF8.GetBytes($"t/{n}/{new string('x', length)}"))];
        var batch = new InputBatch();

        long bytes = SteadyState.BytesAllocatedBy(() =>
        {
            batch.Clear();
            foreach (byte[] topic in topics)
            {
                bench.Decoder.Decode(new Message { Topic = topic, Payload = "1"u8, Arrival = EventTime.From(Bench.Noon) }, batch);
            }
        });

        Assert.Equal(remembered, bytes == 0);
    }

    private static void AssertFree(SourceOptions source, string payload, bool retained = false) =>
        Assert.Equal(0, new Bench(source).BytesAllocatedBy("t", Encoding.UTF8.GetBytes(payload), retained));
}
