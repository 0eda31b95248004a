using SensorPipeline.Streams.Frames;
using Xunit;

namespace SensorPipeline.Streams.Tests.Frames;

public class SensorPatternTests
{
    [Theory]
    [InlineData("kitchen/+/temperature", "kitchen/dht22/temperature", true)]
    [InlineData("kitchen/+/temperature", "kitchen/temperature", false)]
    [InlineData("kitchen/+/temperature", "kitchen/a/b/temperature", false)]
    [InlineData("kitchen/#", "kitchen/a/b/temperature", true)]
    [InlineData("kitchen/#", "kitchen", true)]
    [InlineData("kitchen/#", "cellar/a", false)]
    [InlineData("boiler/flow", "boiler/flow", true)]
    [InlineData("boiler/flow", "boiler/flows", false)]
    public void A_pattern_matches_level_by_level(string pattern, string sensor, bool expected) =>
        Assert.Equal(expected, Parse(pattern).TryMatch(sensor, []));

    [Fact]
    public void A_placeholder_captures_its_level_and_fills_the_groups_name()
    {
        var captured = new Dictionary<string, string>();
        Assert.True(Parse("{room}/+/{what}").TryMatch("attic/x1/humidity", captured));
        Assert.Equal("attic: humidity", SensorPattern.Fill("{room}: {what}", captured));
    }

    [Fact]
    public void A_placeholder_that_occurs_twice_must_be_the_same_level_twice()
    {
        Assert.True(Parse("{a}/{a}").TryMatch("x/x", []));
        Assert.False(Parse("{a}/{a}").TryMatch("x/y", []));
    }

    [Theory]
    [InlineData("", "empty level")]
    [InlineData("a//b", "empty level")]
    [InlineData("#/a", "before the last level")]
    [InlineData("a/b{c}", "malformed level 'b{c}'")]
    [InlineData("a/{}", "malformed level '{}'")]
    [InlineData("a/x+", "malformed level 'x+'")]
    public void A_malformed_pattern_is_refused_with_the_reason(string pattern, string reason)
    {
        Assert.False(SensorPattern.TryParse(pattern, out _, out string? fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    private static SensorPattern Parse(string text) =>
        SensorPattern.TryParse(text, out SensorPattern? pattern, out string? fault) ? pattern : throw new ArgumentException(fault);
}
