using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class SubscriptionTests
{
    private static MqttSubscription[] Filters(params string[] filters) => [.. filters.Select(filter => new MqttSubscription { Filter = filter })];

    private static MqttClientOptions Options(MqttProtocolVersion version, params string[] filters) =>
        ScriptedBroker.DefaultOptions(version) with { Subscriptions = Filters(filters) };

    /// <summary>Reads SUBSCRIBE or UNSUBSCRIBE, grants it, and returns the filters in it.</summary>
    private static async Task<List<string>> GrantAsync(ScriptedPeer peer, MqttProtocolVersion version, PacketType type)
    {
        byte[] packet = await peer.NextPacketAsync(type);
        (ushort id, List<string> filters) = Read(packet, version, type);
        bool coded = version == MqttProtocolVersion.V5 || type == PacketType.Subscribe;
        var writer = new PacketWriter(64);
        SubAckPacket.Write(writer, version, (PacketType)((int)type + 1), id, coded ? new byte[filters.Count] : default);
        peer.Send(writer.WrittenSpan);
        return filters;
    }

    private static (ushort Id, List<string> Filters) Read(byte[] packet, MqttProtocolVersion version, PacketType type)
    {
        ReadOnlySpan<byte> body = packet.AsSpan(2);
        var filters = new List<string>();
        var subscriptions = new List<MqttSubscription>();
        MqttReason reason = type == PacketType.Subscribe
            ? SubscribePacket.TryRead(body, version, out ushort id, subscriptions)
            : SubscribePacket.TryReadUnsubscribe(body, version, out id, filters);
        Assert.Equal(MqttReason.Success, reason);
        return (id, type == PacketType.Subscribe ? [.. subscriptions.Select(subscription => subscription.Filter)] : filters);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public async Task A_change_of_filters_sends_the_difference_on_the_living_connection(MqttProtocolVersion version)
    {
        await using var broker = new ScriptedBroker(Options(version, "kept", "gone"));
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        Assert.Equal(["kept", "gone"], await GrantAsync(peer, version, PacketType.Subscribe));
        await Eventually.BecomesTrue(() => broker.Client.Status.IsReady, "the filters are granted");
        broker.Client.Subscribe(Filters("kept", "new"));
        Assert.False(broker.Client.Status.IsReady);
        Assert.Equal(["new"], await GrantAsync(peer, version, PacketType.Subscribe));
        Assert.Equal(["gone"], await GrantAsync(peer, version, PacketType.Unsubscribe));
        await Eventually.BecomesTrue(() => broker.Client.Status.IsReady, "the change is granted");
        // The same filters again are no change, and what comes next is the probe.
        broker.Client.Subscribe(Filters("new", "kept"));
        broker.Client.TryPublish("probe", "x"u8, 0, false);
        await peer.NextPacketAsync(PacketType.Publish);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public async Task Filters_an_earlier_run_left_in_the_session_are_taken_back(MqttProtocolVersion version)
    {
        await using var broker = new ScriptedBroker(Options(version, "kept") with { FormerFilters = ["kept", "old/#"] });
        ScriptedPeer peer = await broker.NextAcceptedAsync(sessionPresent: true);
        Assert.Equal(["kept"], await GrantAsync(peer, version, PacketType.Subscribe));
        Assert.Equal(["old/#"], await GrantAsync(peer, version, PacketType.Unsubscribe));
        await Eventually.BecomesTrue(() => broker.Client.Status.IsReady, "both are granted");
        peer.End();
        await broker.PassPauseAsync();
        peer = await broker.NextAcceptedAsync(sessionPresent: true);
        if (version == MqttProtocolVersion.V5)
        {
            Assert.Equal(["kept"], await GrantAsync(peer, version, PacketType.Subscribe));
        }

        broker.Client.TryPublish("probe", "x"u8, 0, false);
        await peer.NextPacketAsync(PacketType.Publish);
    }

    [Fact]
    public async Task A_new_session_has_no_former_filters_to_take_back()
    {
        await using var broker = new ScriptedBroker(Options(MqttProtocolVersion.V5, "kept") with { FormerFilters = ["old/#"] });
        ScriptedPeer peer = await broker.NextAcceptedAsync(sessionPresent: false);
        Assert.Equal(["kept"], await GrantAsync(peer, MqttProtocolVersion.V5, PacketType.Subscribe));
        broker.Client.TryPublish("probe", "x"u8, 0, false);
        await peer.NextPacketAsync(PacketType.Publish);
    }

    [Fact]
    public async Task A_filter_changed_while_the_broker_is_away_is_taken_back_on_the_next_connection()
    {
        await using var broker = new ScriptedBroker(Options(MqttProtocolVersion.V5, "first"));
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        await GrantAsync(peer, MqttProtocolVersion.V5, PacketType.Subscribe);
        await Eventually.BecomesTrue(() => broker.Client.Status.IsReady, "the filter is granted");
        peer.End();
        await Eventually.BecomesTrue(() => !broker.Client.Status.IsConnected, "the end is noticed");
        broker.Client.Subscribe(Filters("second"));
        await broker.PassPauseAsync();
        peer = await broker.NextAcceptedAsync(sessionPresent: true);
        Assert.Equal(["second"], await GrantAsync(peer, MqttProtocolVersion.V5, PacketType.Subscribe));
        Assert.Equal(["first"], await GrantAsync(peer, MqttProtocolVersion.V5, PacketType.Unsubscribe));
    }

    [Fact]
    public async Task More_filters_than_there_are_identifiers_for_are_all_asked_for()
    {
        string[] filters = [.. Enumerable.Range(0, 20_000).Select(i => $"f/{i}")];
        await using var broker = new ScriptedBroker(Options(MqttProtocolVersion.V311, filters));
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        var asked = new List<string>();
        while (asked.Count < filters.Length)
        {
            byte[] packet = await peer.NextPacketAsync(PacketType.Subscribe);
            FixedHeader.TryRead(packet, out FixedHeader header, out _);
            var some = new List<MqttSubscription>();
            SubscribePacket.TryRead(packet.AsSpan(header.HeaderLength), MqttProtocolVersion.V311, out ushort id, some);
            asked.AddRange(some.Select(subscription => subscription.Filter));
            var writer = new PacketWriter(64);
            SubAckPacket.Write(writer, MqttProtocolVersion.V311, PacketType.SubAck, id, new byte[some.Count]);
            peer.Send(writer.WrittenSpan);
        }

        Assert.Equal(filters, asked);
        await Eventually.BecomesTrue(() => broker.Client.Status.IsReady, "all are granted");
    }

    [Fact]
    public async Task Subscriptions_are_grouped_by_their_identifier_and_messages_say_which_took_them()
    {
        MqttSubscription[] filters = [new() { Filter = "a", Identifier = 7 }, new() { Filter = "b", Identifier = 300_000 }, new() { Filter = "c" }, new() { Filter = "d", Identifier = 7 }];
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { Subscriptions = filters });
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        var asked = new List<MqttSubscription>();
        for (int i = 0; i < 3; i++)
        {
            byte[] packet = await peer.NextPacketAsync(PacketType.Subscribe);
            Assert.Equal(MqttReason.Success, SubscribePacket.TryRead(packet.AsSpan(2), MqttProtocolVersion.V5, out _, asked));
        }

        Assert.Equal(filters.OrderBy(f => f.Filter), asked.OrderBy(f => f.Filter));
        // Identifiers 7 and 300,000.
        peer.Send(Convert.FromHexString("300B000161060B070BE0A71278"));
        Assert.Equal("7 300000", (await broker.Receiver.NextAsync()).Identifiers);
    }

    [Fact]
    public async Task A_server_without_subscription_identifiers_is_not_sent_any()
    {
        MqttSubscription[] filters = [new() { Filter = "a", Identifier = 7 }];
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { Subscriptions = filters });
        ScriptedPeer peer = await broker.NextPeerAsync();
        await peer.NextPacketAsync(PacketType.Connect);
        peer.Send(0x20, 5, 0, 0, 2, 0x29, 0);
        Assert.Equal("82 07 FF 00 00 00 01 61 01", string.Join(' ', (await peer.NextPacketAsync(PacketType.Subscribe)).Select(b => b.ToString("X2"))));
    }

    [Fact]
    public async Task An_UNSUBACK_nobody_waits_for_is_a_protocol_error()
    {
        await using var broker = new ScriptedBroker(Options(MqttProtocolVersion.V5, "a"));
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        byte[] subscribe = await peer.NextPacketAsync(PacketType.Subscribe);
        peer.Send(0xB0, 4, subscribe[2], subscribe[3], 0, 0);
        Assert.Equal([0xE0, 1, (byte)MqttReason.ProtocolError], await peer.NextPacketAsync());
        peer.End();
    }

    [Fact]
    public async Task A_changed_subscription_without_an_answer_times_out()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        broker.Clock.Advance(TimeSpan.FromSeconds(5));
        broker.Client.Subscribe(Filters("late"));
        await peer.NextPacketAsync(PacketType.Subscribe);
        broker.Clock.Advance(TimeSpan.FromSeconds(7));
        Assert.True(broker.Client.Status.IsConnected);
        broker.Clock.Advance(TimeSpan.FromSeconds(5));
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        Assert.Contains("SUBSCRIBE", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invalid_change_is_refused_and_changes_nothing()
    {
        var client = new MqttClient(ScriptedBroker.DefaultOptions(), TimeProvider.System, new Random(1));
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => client.Subscribe(Filters("a/#/b")));
        Assert.Contains("'a/#/b'", thrown.Message, StringComparison.Ordinal);
    }
}
