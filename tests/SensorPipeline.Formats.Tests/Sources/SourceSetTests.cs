using SensorPipeline.Formats.Sources;

namespace SensorPipeline.Formats.Tests.Sources;

public class SourceSetTests
{
    [Fact]
    public void Every_fault_of_every_source_is_listed_at_once_under_its_key()
    {
        SourceSet.Compile(
            [
                new SourceOptions { Topic = "a/#/b", Format = "jsno", Qos = 3 },
                new SourceOptions
                {
                    Topic = "lab/{bench}",
                    Sensor = "{bnech}",
                    TimeZone = "Mars/Olympus",
                    Retained = "maybe",
                    Channels =
                    [
                        new ChannelOptions { Name = "t", Path = "temp" },
                        new ChannelOptions { Path = "/x", Range = [5, 1], Resolution = -1, Scale = 0, Unit = "Cel", ConvertTo = "hPa" },
                        new ChannelOptions { Name = "all", Path = "/*" },
                    ],
                },
                new SourceOptions { Preset = "zigbee3mqtt" },
                new SourceOptions { },
                new SourceOptions { Topic = "x", Exclude = ["ok/#", "a{"], MaxFuture = TimeSpan.FromSeconds(-1), Repeat = "no", Time = "/ts" },
            ],
            new SourceLimits { Sensors = 0 },
            out IReadOnlyList<SourceFault> faults);

        string[] expected =
        [
            "Limits:Sensors",
            "Sources[0]:Topic", "Sources[0]:Format", "Sources[0]:Qos",
            "Sources[1]:Sensor", "Sources[1]:TimeZone", "Sources[1]:Retained", "Sources[1]:Channels[0]:Path", "Sources[1]:Channels[1]:Name",
            "Sources[1]:Channels[1]:Range", "Sources[1]:Channels[1]:Resolution", "Sources[1]:Channels[1]:Scale", "Sources[1]:Channels[1]:ConvertTo",
            "Sources[2]:Preset", "Sources[3]:Topic",
            "Sources[4]:Exclude[1]", "Sources[4]:MaxFuture", "Sources[4]:Repeat", "Sources[4]:Time",
        ];
        Assert.Equal(expected.Order(), faults.Select(fault => fault.Key).Order());
        Assert.All(faults, fault => Assert.Matches("expected|possible|wildcard|known|come last|malformed|convert|format|begins", fault.Problem));
    }

    [Fact]
    public void A_path_without_a_slash_is_answered_with_the_pointer_that_was_meant()
    {
        SourceSet.Compile([new SourceOptions { Topic = "a", Path = "sensor.temp" }], new SourceLimits(), out IReadOnlyList<SourceFault> faults);

        Assert.Contains("'/sensor/temp'", Assert.Single(faults).ToString());
    }

    [Fact]
    public void A_star_whose_match_is_not_in_the_name_is_refused_because_values_would_mix()
    {
        SourceSet.Compile(
            [new SourceOptions { Topic = "a", Channels = [new ChannelOptions { Name = "temperature", Path = "/*/Temperature" }] }],
            new SourceLimits(),
            out IReadOnlyList<SourceFault> faults);

        Assert.Contains("{0}", Assert.Single(faults).Problem);
    }

    [Fact]
    public void Filters_that_another_one_covers_are_left_out_and_keep_their_quality_of_service()
    {
        SourceSet set = Compile(
            new SourceOptions { Topic = "lab/{bench}/env", Qos = 1 },
            new SourceOptions { Topic = "lab/#", Qos = 0 },
            new SourceOptions { Topic = "lab/#", Qos = 0, Sensor = "again" },
            new SourceOptions { Topic = "other/{x}", Qos = 0 });

        Assert.Equal([new SubscriptionFilter("lab/#", 1), new SubscriptionFilter("other/+", 0)], set.Filters);
    }

    [Fact]
    public void Filters_that_overlap_without_covering_are_kept_and_warned_of()
    {
        SourceSet set = Compile(new SourceOptions { Topic = "a/{x}/c" }, new SourceOptions { Topic = "a/b/{y}" });

        Assert.Equal(2, set.Filters.Count);
        Assert.Contains("'a/+/c' and 'a/b/+'", Assert.Single(set.Warnings).Problem);
    }

    [Fact]
    public void A_source_behind_one_that_takes_all_its_topics_is_warned_of()
    {
        SourceSet set = Compile(new SourceOptions { Topic = "lab/{x...}" }, new SourceOptions { Topic = "lab/a/b" });

        SourceFault warning = Assert.Single(set.Warnings);
        Assert.Equal("Sources[1]:Topic", warning.Key);
        Assert.Contains("Sources[0]", warning.Problem);
        Assert.Equal(0, set.SourceOf("lab/a/b"));
    }

    [Fact]
    public void A_template_with_a_literal_part_of_a_level_shadows_nothing_else()
    {
        SourceSet set = Compile(new SourceOptions { Topic = "lab/mote-{n}" }, new SourceOptions { Topic = "lab/{other}" });

        Assert.Empty(set.Warnings);
        Assert.Equal(1, set.SourceOf("lab/pump"));
        Assert.Equal(-1, set.SourceOf("lab"));
    }

    [Theory]
    [InlineData("lab/+", "lab/#", true)]
    [InlineData("+/x", "sensor-pipeline/#", true)]
    [InlineData("lab/+", "sensor-pipeline/#", false)]
    [InlineData("#", "$SYS/#", false)]
    [InlineData("a/+/c", "a/b/+", true)]
    [InlineData("a/+/c", "a/b", false)]
    [InlineData("a/#", "a", true)]
    public void Overlap_of_filters_is_what_a_broker_would_deliver_to_both(string one, string other, bool overlaps)
    {
        Assert.Equal(overlaps, new SubscriptionFilter(one, 0).Overlaps(other));
        Assert.Equal(overlaps, new SubscriptionFilter(other, 0).Overlaps(one));
    }

    private static SourceSet Compile(params SourceOptions[] sources)
    {
        SourceSet set = SourceSet.Compile(sources, new SourceLimits(), out IReadOnlyList<SourceFault> faults);
        Assert.Empty(faults);
        return set;
    }
}
