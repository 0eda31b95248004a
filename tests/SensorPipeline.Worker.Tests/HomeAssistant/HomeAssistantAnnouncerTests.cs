using Microsoft.Extensions.Logging.Abstractions;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Worker.HomeAssistant;
using SensorPipeline.Worker.Options;
using Xunit;

namespace SensorPipeline.Worker.Tests.HomeAssistant;

public sealed class HomeAssistantAnnouncerTests : IAsyncDisposable
{
    private readonly RecordingTransport transport = new();

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    [Fact]
    public void A_sensor_is_announced_once_and_again_when_everything_may_have_been_forgotten()
    {
        HomeAssistantAnnouncer announcer = Announcer(new PublishOptions());

        Assert.True(announcer.TryAnnounce(0, "a/t"));
        Assert.True(announcer.TryAnnounce(0, "a/t"));
        Assert.Single(transport.Topics);
        announcer.Forget();
        Assert.True(announcer.TryAnnounce(0, "a/t"));
        Assert.Equal(2, transport.Topics.Count);
    }

    [Fact]
    public void Thousands_of_sensors_become_no_thousands_of_entities()
    {
        HomeAssistantAnnouncer announcer = Announcer(new PublishOptions { HomeAssistantLimit = 3 });
        for (int sensor = 0; sensor < 1000; sensor++)
        {
            Assert.True(announcer.TryAnnounce(sensor, $"s{sensor}"));
        }

        Assert.Equal(3, transport.Topics.Count);
    }

    [Fact]
    public void Only_sensors_of_the_list_are_announced()
    {
        HomeAssistantAnnouncer announcer = Announcer(new PublishOptions { HomeAssistantSensors = ["kitchen/#"] });
        announcer.TryAnnounce(0, "kitchen/temperature");
        announcer.TryAnnounce(1, "cellar/temperature");

        Assert.StartsWith("homeassistant/device/sp_lab_kitchen_temperature", Assert.Single(transport.Topics), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sensor_that_has_not_reported_yet_waits_so_that_its_unit_is_right_the_first_time()
    {
        bool reported = false;
        HomeAssistantAnnouncer announcer = Announcer(new PublishOptions(), _ => reported ? new ChannelOptions { Unit = "Cel" } : null);
        announcer.TryAnnounce(0, "a/t");
        Assert.Empty(transport.Topics);
        reported = true;
        announcer.TryAnnounce(0, "a/t");

        Assert.Single(transport.Topics);
    }

    [Fact]
    public void A_full_outbox_is_tried_again()
    {
        HomeAssistantAnnouncer announcer = Announcer(new PublishOptions());
        transport.IsFull = true;
        Assert.False(announcer.TryAnnounce(0, "a/t"));
        transport.IsFull = false;
        Assert.True(announcer.TryAnnounce(0, "a/t"));

        Assert.Single(transport.Topics);
    }

    private HomeAssistantAnnouncer Announcer(PublishOptions options, Func<int, ChannelOptions?>? channelOf = null) =>
        new("lab", options, transport, channelOf ?? (_ => new ChannelOptions()), NullLogger<HomeAssistantAnnouncer>.Instance);
}
