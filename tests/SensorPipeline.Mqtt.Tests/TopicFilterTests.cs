namespace SensorPipeline.Mqtt.Tests;

public sealed class TopicFilterTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/B", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "a/b", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("a/+/#", "a", false)]
    [InlineData("a/+/#", "a/b", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("a//b", "a//b", true)]
    [InlineData("a/+/b", "a//b", true)]
    public void Filters_match_as_the_standard_says(string filter, string topic, bool matches) =>
        Assert.Equal(matches, TopicFilter.Matches(filter, topic));

    [Theory]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("a/+/b/#", true)]
    [InlineData("/", true)]
    [InlineData("", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a#", false)]
    [InlineData("a/b+", false)]
    [InlineData("+a", false)]
    [InlineData("a\0b", false)]
    public void Filters_are_checked(string filter, bool valid) => Assert.Equal(valid, TopicFilter.IsFilter(filter));

    [Fact]
    public void A_lone_surrogate_is_no_text() => Assert.False(TopicFilter.IsFilter("\ud800") || TopicFilter.IsTopicName("\ud800"));

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("sensors/größe/°C", true)]
    [InlineData("a-topic-that-is-longer-than-one-vector/and-then-some", true)]
    [InlineData("a-topic-that-is-longer-than-one-vector/and-then-som+", false)]
    [InlineData("a-topic-that-is-longer-than-one-vector/\0nd-then-some", false)]
    [InlineData("#-topic-that-is-longer-than-one-vector/and-then-some", false)]
    [InlineData("a-topic-that-is-longer-than-one-vector/größe", true)]
    [InlineData("", false)]
    [InlineData("a+", false)]
    [InlineData("a\0", false)]
    public void Topic_names_are_checked(string topic, bool valid) => Assert.Equal(valid, TopicFilter.IsTopicName(topic));

    [Fact]
    public void A_topic_name_has_at_most_65535_bytes()
    {
        Assert.True(TopicFilter.IsTopicName(new string('x', 65535)));
        Assert.False(TopicFilter.IsTopicName(new string('x', 65536)));
    }

    /// <summary>Every filter and topic over a small alphabet: two filters overlap exactly when some topic is taken by both.</summary>
    [Fact]
    public void Filters_overlap_exactly_when_some_topic_matches_both()
    {
        string[] names = ["a", "b", "", "$s"];
        List<string> topics = [.. Paths(names, 4)];
        List<string> filters = [.. Paths([.. names, "+", "#"], 3).Where(TopicFilter.IsFilter)];
        foreach (string first in filters)
        {
            foreach (string second in filters)
            {
                bool expected = topics.Any(topic => topic.Length > 0 && TopicFilter.Matches(first, topic) && TopicFilter.Matches(second, topic));
                Assert.True(expected == TopicFilter.Overlaps(first, second), $"{first} and {second}");
            }
        }
    }

    private static IEnumerable<string> Paths(string[] levels, int depth) => depth == 1
        ? levels
        : Paths(levels, depth - 1).SelectMany(path => levels.Select(level => $"{path}/{level}")).Concat(Paths(levels, depth - 1)).Distinct();
}
