using SensorPipeline.Mqtt.Connections;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class SilenceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static SilenceWatch Watching(params string[] filters)
    {
        var watch = new SilenceWatch(TimeSpan.FromSeconds(60));
        watch.Watch(filters.Select(filter => new MqttSubscription { Filter = filter }));
        return watch;
    }

    private static void Deliver(SilenceWatch watch, params string[] topics)
    {
        var batch = new MqttMessageBatch();
        foreach (string topic in topics)
        {
            batch.Add(System.Text.Encoding.UTF8.GetBytes(topic), "1"u8);
        }

        watch.Look(batch.Messages);
    }

    private static void Tick(SilenceWatch watch, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            watch.Tick(Second);
        }
    }

    [Fact]
    public void A_filter_that_used_to_deliver_falls_silent_and_comes_back()
    {
        SilenceWatch watch = Watching("a/#", "b/+", "$share/group/c");
        for (int i = 0; i < SilenceWatch.Habit; i++)
        {
            Deliver(watch, "a/x", "b/x", "c");
            Tick(watch, 1);
        }

        Deliver(watch, "a/x");
        Tick(watch, 59);
        Assert.Empty(watch.Silent);
        Deliver(watch, "a/x", "c");
        Tick(watch, 1);
        Assert.Equal(["b/+"], watch.Silent);
        Deliver(watch, "b/x");
        Tick(watch, 1);
        Assert.Empty(watch.Silent);
    }

    [Fact]
    public void A_filter_that_never_delivered_is_not_called_silent()
    {
        SilenceWatch watch = Watching("a", "b");
        for (int i = 0; i < 1000; i++)
        {
            Deliver(watch, i < SilenceWatch.Habit - 1 ? "b" : "a");
            Tick(watch, 1);
        }

        Assert.Empty(watch.Silent);
    }

    [Fact]
    public void A_filter_with_long_pauses_is_given_three_times_the_longest()
    {
        SilenceWatch watch = Watching("slow");
        for (int i = 0; i < SilenceWatch.Habit; i++)
        {
            Deliver(watch, "slow");
            Tick(watch, 50);
        }

        Deliver(watch, "slow");
        Tick(watch, 1 + 146);
        Assert.Empty(watch.Silent);
        Tick(watch, 2);
        Assert.Equal(["slow"], watch.Silent);
    }

    [Fact]
    public void An_outage_does_not_teach_the_watch_to_wait_as_long_as_it_lasted()
    {
        SilenceWatch watch = Watching("a");
        for (int i = 0; i < SilenceWatch.Habit; i++)
        {
            Deliver(watch, "a");
            Tick(watch, 1);
        }

        Tick(watch, 10_000);
        Deliver(watch, "a");
        Tick(watch, 1);
        Assert.Empty(watch.Silent);
        Tick(watch, 181);
        Assert.Equal(["a"], watch.Silent);
    }

    [Fact]
    public void A_rare_filter_in_a_flood_of_another_is_looked_for_in_every_message_before_it_is_called_silent()
    {
        SilenceWatch watch = Watching("flood", "rare");
        for (int i = 0; i < SilenceWatch.Habit; i++)
        {
            Deliver(watch, "flood", "rare");
            Tick(watch, 1);
        }

        string[] flood = [.. Enumerable.Repeat("flood", 1000), "rare"];
        for (int i = 0; i < 300; i++)
        {
            Deliver(watch, flood);
            Tick(watch, 1);
        }

        Assert.Empty(watch.Silent);
    }

    [Fact]
    public void A_filter_no_longer_watched_is_not_silent()
    {
        SilenceWatch watch = Watching("a");
        for (int i = 0; i < SilenceWatch.Habit; i++)
        {
            Deliver(watch, "a");
            Tick(watch, 1);
        }

        Tick(watch, 60);
        Assert.Equal(["a"], watch.Silent);
        watch.Watch([new MqttSubscription { Filter = "b" }]);
        Assert.Empty(watch.Silent);
    }

    [Fact]
    public async Task A_connection_that_stands_and_brings_nothing_says_which_filter_fell_silent()
    {
        MqttClientOptions options = ScriptedBroker.DefaultOptions() with
        {
            Subscriptions = [new() { Filter = "in/#" }],
            KeepAlive = TimeSpan.FromHours(1),
            SilenceAfter = TimeSpan.FromMinutes(2),
        };
        await using var broker = new ScriptedBroker(options);
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        byte[] subscribe = await peer.NextPacketAsync();
        peer.Send(0x90, 4, subscribe[2], subscribe[3], 0, 0);
        TimeSpan look = options.ConnectTimeout / 4;
        for (int i = 0; i < SilenceWatch.Habit; i++)
        {
            peer.SendMessage("in/a", "1");
            await broker.Receiver.NextAsync();
            broker.Clock.Advance(look);
        }

        broker.Clock.Advance(options.SilenceAfter - look);
        Assert.Empty(broker.Client.Status.SilentFilters);
        broker.Clock.Advance(look);
        Assert.Equal(["in/#"], broker.Client.Status.SilentFilters);
        Assert.True(broker.Client.Status.IsConnected);
        peer.SendMessage("in/a", "1");
        await broker.Receiver.NextAsync();
        broker.Clock.Advance(look);
        Assert.Empty(broker.Client.Status.SilentFilters);
    }
}
