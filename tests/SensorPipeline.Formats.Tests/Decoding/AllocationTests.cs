using System.Text;
using SensorPipeline.Formats.Sources;

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

    private static void AssertFree(SourceOptions source, string payload, bool retained = false) =>
        Assert.Equal(0, new Bench(source).BytesAllocatedBy("t", Encoding.UTF8.GetBytes(payload), retained));
}
