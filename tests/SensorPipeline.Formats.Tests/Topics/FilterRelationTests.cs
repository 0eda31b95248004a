using SensorPipeline.Formats.Sources;
using SensorPipeline.Formats.Topics;

namespace SensorPipeline.Formats.Tests.Topics;

/// <summary>How filters relate is checked against what they match, for every short filter and every topic that could tell them apart.</summary>
public class FilterRelationTests
{
    private static readonly string[] Filters = [.. Paths(["a", "$b", "+"], 3).SelectMany(path => new[] { path, $"{path}/#" }).Append("#")];

    private static readonly string[] Topics = [.. Paths(["a", "$b", "c"], 4)];

    [Fact]
    public void Filters_overlap_exactly_when_some_topic_matches_both()
    {
        Dictionary<string, HashSet<string>> matched = Matched();
        foreach (string one in Filters)
        {
            foreach (string other in Filters)
            {
                Assert.True(matched[one].Overlaps(matched[other]) == new SubscriptionFilter(one, 0).Overlaps(other), $"{one} and {other}");
            }
        }
    }

    [Fact]
    public void What_is_subscribed_to_delivers_every_topic_of_every_source_with_its_quality()
    {
        Dictionary<string, HashSet<string>> matched = Matched();
        var random = new Random(31);
        for (int round = 0; round < 300; round++)
        {
            SourceOptions[] sources =
            [
                .. Enumerable.Range(0, 3).Select(i => new SourceOptions { Topic = Filters[random.Next(Filters.Length)], Sensor = $"s{i}", Qos = random.Next(2) }),
            ];
            IReadOnlyList<SubscriptionFilter> filters = SourceSet.Compile(sources, new SourceLimits(), out IReadOnlyList<SourceFault> faults).Filters;

            Assert.Empty(faults);
            foreach (SourceOptions source in sources)
            {
                Assert.All(matched[source.Topic!], topic => Assert.Contains(filters, filter => matched[filter.Filter].Contains(topic) && filter.Qos >= source.Qos));
            }

            foreach (SubscriptionFilter filter in filters)
            {
                Assert.DoesNotContain(filters, other => other != filter && matched[other.Filter].IsSupersetOf(matched[filter.Filter]));
            }
        }
    }

    private static Dictionary<string, HashSet<string>> Matched() => Filters.ToDictionary(filter => filter, filter =>
    {
        Assert.True(TopicTemplate.TryParse(filter, out TopicTemplate? template, out _));
        return Topics.Where(template.Matches).ToHashSet();
    });

    private static IEnumerable<string> Paths(string[] levels, int depth) =>
        depth == 0 ? [] : Paths(levels, depth - 1).SelectMany(path => levels.Select(level => $"{path}/{level}")).Concat(levels).Distinct();
}
