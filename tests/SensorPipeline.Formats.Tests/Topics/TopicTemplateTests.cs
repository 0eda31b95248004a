using SensorPipeline.Formats.Topics;

namespace SensorPipeline.Formats.Tests.Topics;

public class TopicTemplateTests
{
    [Theory]
    [InlineData("lab/{bench}/env", "lab/+/env")]
    [InlineData("zigbee2mqtt/{device...}", "zigbee2mqtt/#")]
    [InlineData("a/+/b/#", "a/+/b/#")]
    [InlineData("shellies/pre-{id}/x", "shellies/+/x")]
    [InlineData("plain", "plain")]
    [InlineData("/leading/{x}", "/leading/+")]
    public void A_template_becomes_the_filter_that_delivers_its_topics(string text, string filter) => Assert.Equal(filter, Parse(text).Filter);

    [Theory]
    [InlineData("lab/{bench}/env", "lab/b1/env", "b1")]
    [InlineData("zigbee2mqtt/{device...}", "zigbee2mqtt/kitchen/lamp", "kitchen/lamp")]
    [InlineData("x/pre-{id}-post", "x/pre-7-post", "7")]
    [InlineData("{a}/+/{b}", "one/two/three", "one|three")]
    [InlineData("a/#", "a", "")]
    [InlineData("a/#", "a/b/c", "")]
    [InlineData("a/{x}", "a/", "")]
    public void Placeholders_take_what_stands_in_their_place(string text, string topic, string values)
    {
        Assert.True(Parse(text).TryMatch(topic, out string[] found));
        Assert.Equal(values, string.Join('|', found));
    }

    [Theory]
    [InlineData("lab/{bench}/env", "lab/b1")]
    [InlineData("lab/{bench}/env", "lab/b1/env/x")]
    [InlineData("lab/{bench}/env", "lab/b1/other")]
    [InlineData("zigbee2mqtt/{device...}", "zigbee2mqtt")]
    [InlineData("x/pre-{id}", "x/pre-")]
    [InlineData("x/pre-{id}", "x/other-7")]
    [InlineData("a/b", "a")]
    [InlineData("a", "a/b")]
    [InlineData("#", "$SYS/uptime")]
    [InlineData("+/uptime", "$SYS/uptime")]
    [InlineData("{broker}/uptime", "$SYS/uptime")]
    public void Other_topics_do_not_match(string text, string topic) => Assert.False(Parse(text).Matches(topic));

    [Fact]
    public void A_hidden_topic_matches_a_template_that_names_it() => Assert.True(Parse("$SYS/{what...}").Matches("$SYS/broker/uptime"));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a/#/b", "come last")]
    [InlineData("a/{x...}/b", "come last")]
    [InlineData("a/b+", "level of their own")]
    [InlineData("a/#b", "level of their own")]
    [InlineData("a/{x", "malformed")]
    [InlineData("a/x}", "malformed")]
    [InlineData("a/}x{", "malformed")]
    [InlineData("a/{x}{y}", "malformed")]
    [InlineData("a/{}", "letter")]
    [InlineData("a/{0}", "letter")]
    [InlineData("a/{x y}", "letter")]
    [InlineData("a/{x}/{x}", "twice")]
    [InlineData("a/p{x...}", "level of its own")]
    [InlineData("a/\0", "U+0000")]
    public void A_malformed_template_is_refused_with_a_reason(string text, string reason)
    {
        Assert.False(TopicTemplate.TryParse(text, out _, out string? fault));
        Assert.Contains(reason, fault);
    }

    [Theory]
    [InlineData("#/set", "zigbee2mqtt/a/b/set", true)]
    [InlineData("#/set", "set", true)]
    [InlineData("#/set", "zigbee2mqtt/a/set/b", false)]
    [InlineData("zigbee2mqtt/bridge/#", "zigbee2mqtt/bridge/state", true)]
    [InlineData("#/${attribute}/#", "homie/d/$state", true)]
    [InlineData("#/${attribute}/#", "homie/d/n/p/$unit", true)]
    [InlineData("#/${attribute}/#", "homie/d/n/p", false)]
    [InlineData("lab/+/set", "lab/x/set", true)]
    public void A_pattern_may_skip_any_number_of_levels_anywhere(string text, string topic, bool matches)
    {
        Assert.True(TopicTemplate.TryParsePattern(text, out TopicTemplate? pattern, out _));
        Assert.Equal(matches, pattern.Matches(topic));
    }

    private static TopicTemplate Parse(string text)
    {
        Assert.True(TopicTemplate.TryParse(text, out TopicTemplate? template, out string? fault), fault);
        return template;
    }
}
