using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Tests.Decoding;

/// <summary>What a broker delivers once for each of overlapping filters.</summary>
public class CopyTests
{
    private readonly Bench bench = new(new SourceOptions { Topic = "a/{x}/c" }, new SourceOptions { Topic = "a/b/{y}" });

    private int First => bench.Sources.Filters[0].Identifier;

    private int Second => bench.Sources.Filters[1].Identifier;

    [Fact]
    public void A_copy_for_another_filter_is_not_read()
    {
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(1, Readings(First));
            Assert.Equal(0, Readings(Second));
            Assert.Equal(RejectReason.Duplicate, bench.Outcome.Reason);
        }
    }

    [Fact]
    public void One_message_for_all_filters_is_read_each_time()
    {
        Assert.Equal(1, Readings(First, Second));
        Assert.Equal(1, Readings(Second, First));
    }

    [Fact]
    public void A_message_that_says_nothing_of_filters_is_read() => Assert.Equal(2, Readings(First) + Readings());

    [Fact]
    public void What_was_stored_for_a_filter_before_another_one_came_is_not_lost()
    {
        Assert.Empty(bench.Decode("a/b/c", "1"u8.ToArray(), retained: true, [First]));
        Assert.Equal(100, Enumerable.Range(0, 100).Sum(_ => Readings(Second)));
        Assert.Equal(1, Readings(First) + Readings(Second));
    }

    [Fact]
    public void What_came_by_a_filter_of_before_is_read()
    {
        Assert.Equal(1, Readings(First));
        Assert.Equal(2, Readings(999) + Readings(999));
    }

    [Fact]
    public void A_filter_that_delivers_no_longer_leaves_the_topic_to_another()
    {
        Assert.Equal(1, Readings(First));
        Assert.InRange(Enumerable.Range(0, 100).Sum(_ => Readings(Second)), 80, 99);
        Assert.Equal(0, Readings(First));
    }

    [Fact]
    public void A_topic_that_one_filter_alone_delivers_has_no_copies() => Assert.Single(bench.Decode("a/b/d", "1"u8.ToArray(), subscriptions: [Second]));

    [Fact]
    public void A_filter_has_an_identifier_where_another_overlaps_it_and_keeps_it_whatever_else_is_read()
    {
        var more = new Bench(new SourceOptions { Topic = "other/{z}" }, new SourceOptions { Topic = "a/b/{y}" }, new SourceOptions { Topic = "a/{x}/c" });

        Assert.Equal([0, Second, First], more.Sources.Filters.Select(filter => filter.Identifier));
        Assert.InRange(First, 1, 268_435_455);
        Assert.NotEqual(First, Second);
    }

    private int Readings(params int[] subscriptions) => bench.Decode("a/b/c", "1"u8.ToArray(), subscriptions: subscriptions).Count;
}
