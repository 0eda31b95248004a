using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class ConnectionTests
{
    private static readonly byte[] PingReq = [0xC0, 0x00];

    private static Task<byte[]> AdvanceUntilPacketAsync(ScriptedBroker broker, ScriptedPeer peer) =>
        Eventually.Advance(broker.Clock, TimeSpan.FromMilliseconds(500), peer.NextPacketAsync());

    [Fact]
    public async Task A_silent_connection_is_pinged_and_lives_while_pings_are_answered()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(PingReq, await AdvanceUntilPacketAsync(broker, peer));
            peer.Send(0xD0, 0x00);
            int before = i;
            await Eventually.BecomesTrue(() => broker.Client.Status.PacketsIn == before + 2, "the PINGRESP is read");
        }

        Assert.True(broker.Client.Status.IsConnected);
    }

    [Fact]
    public async Task A_ping_without_answer_ends_the_connection_within_one_and_a_half_keep_alives()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        broker.Clock.Advance(broker.Options.KeepAlive / 2);
        Assert.Equal(PingReq, await peer.NextPacketAsync());
        Assert.True(broker.Client.Status.IsConnected);
        broker.Clock.Advance(broker.Options.KeepAlive);
        Assert.Equal(MqttFaultKind.TimedOut, (await broker.Receiver.NextFaultAsync()).Kind);
    }

    [Fact]
    public async Task While_the_receiver_holds_back_pings_go_on_and_a_missing_answer_is_no_fault()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        var hold = new TaskCompletionSource();
        broker.Receiver.Hold = () => hold.Task;
        peer.SendMessage("a", "1");
        Assert.Equal("1", (await broker.Receiver.NextAsync()).Payload);
        peer.SendMessage("a", "2");
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(PingReq, await AdvanceUntilPacketAsync(broker, peer));
        }

        Assert.Empty(broker.Receiver.Rest());
        Assert.True(broker.Client.Status.IsConnected);
        broker.Receiver.Hold = null;
        hold.SetResult();
        Assert.Equal("2", (await broker.Receiver.NextAsync()).Payload);
        Assert.Equal(PingReq, await AdvanceUntilPacketAsync(broker, peer));
    }

    [Fact]
    public async Task A_broker_that_never_answers_CONNECT_times_out()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextPeerAsync();
        await peer.NextPacketAsync(PacketType.Connect);
        broker.Clock.Advance(broker.Options.ConnectTimeout);
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        Assert.Equal((MqttFaultKind.TimedOut, 0L), (fault.Kind, fault.Epoch));
        Assert.Contains("CONNECT", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acknowledgements_go_out_in_order_of_receipt_and_only_as_far_as_the_receipt_reaches()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        var receipts = new List<Receipt>();
        foreach (ushort id in new ushort[] { 7, 3, 65535, 1 })
        {
            peer.SendMessage("a", $"{id}", 1, id);
            receipts.Add((await broker.Receiver.NextAsync()).Receipt);
        }

        broker.Client.Acknowledge(receipts[2]);
        Assert.Equal([0x40, 2, 0, 7], await peer.NextPacketAsync());
        Assert.Equal([0x40, 2, 0, 3], await peer.NextPacketAsync());
        Assert.Equal([0x40, 2, 255, 255], await peer.NextPacketAsync());
        // An older receipt changes nothing; one of another connection neither.
        broker.Client.Acknowledge(receipts[0]);
        broker.Client.Acknowledge(receipts[3] with { Epoch = 2 });
        broker.Client.TryPublish("probe", "x"u8, 0, false);
        Assert.Equal(PacketType.Publish, (PacketType)((await peer.NextPacketAsync())[0] >> 4));
        broker.Client.Acknowledge(receipts[3]);
        Assert.Equal([0x40, 2, 0, 1], await peer.NextPacketAsync());
    }

    [Fact]
    public async Task A_message_repeated_on_the_same_connection_is_delivered_and_acknowledged_once()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.SendMessage("a", "1", 1, 5);
        peer.SendMessage("a", "1", 1, 5, duplicate: true);
        peer.SendMessage("b", "2", 1, 6);
        List<Received> got = await broker.Receiver.NextAsync(2);
        Assert.Equal(["a", "b"], got.Select(m => m.Topic));
        broker.Client.Acknowledge(got[1].Receipt);
        Assert.Equal([0x40, 2, 0, 5], await peer.NextPacketAsync());
        Assert.Equal([0x40, 2, 0, 6], await peer.NextPacketAsync());
        Assert.Equal(1, broker.Client.Status.Repeated);
        // Once acknowledged, the identifier may name a new message, whatever its flag says.
        peer.SendMessage("c", "3", 1, 5, duplicate: true);
        Assert.Equal("c", (await broker.Receiver.NextAsync()).Topic);
    }

    [Fact]
    public async Task A_broker_that_exceeds_our_receive_maximum_is_tolerated()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { ReceiveMaximum = 10 });
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        for (ushort id = 1; id <= 5000; id++)
        {
            peer.SendMessage("a", "x", 1, id);
        }

        List<Received> got = await broker.Receiver.NextAsync(5000);
        Assert.Empty(peer.Rest());
        broker.Client.Acknowledge(got[^1].Receipt);
        for (int id = 1; id <= 5000;)
        {
            byte[] packet = await peer.NextPacketAsync();
            if (!packet.AsSpan().SequenceEqual(PingReq))
            {
                Assert.Equal([0x40, 2, (byte)(id >> 8), (byte)id], packet);
                id++;
            }
        }
    }

    [Fact]
    public async Task A_broker_with_more_in_flight_than_identifiers_tell_apart_is_left_when_all_is_acknowledged_and_met_again_at_once()
    {
        const int MaximumInFlight = 14;
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { MaximumInFlight = MaximumInFlight }, acknowledge: true);
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        for (ushort id = 1; id <= MaximumInFlight + 5; id++)
        {
            peer.SendMessage("a", $"{id}", 1, id);
        }

        var acknowledged = new List<int>();
        byte[] packet;
        while ((packet = await peer.NextPacketAsync())[0] != 0xE0)
        {
            acknowledged.AddRange(packet[0] == 0x40 ? [packet[3]] : Array.Empty<int>());
        }

        Assert.Equal(Enumerable.Range(1, MaximumInFlight), acknowledged);
        MqttFault fault = await Eventually.Advance(broker.Clock, TimeSpan.FromSeconds(1), broker.Receiver.NextFaultAsync());
        Assert.Equal((MqttFaultKind.Overrun, TimeSpan.Zero), (fault.Kind, fault.RetryAfter));
        peer = await broker.NextAcceptedAsync(sessionPresent: true);
        peer.SendMessage("a", "15", 1, 15, duplicate: true);
        Assert.Equal([0x40, 2, 0, 15], await peer.NextPacketAsync());
        Assert.Equal(Enumerable.Range(1, MaximumInFlight + 1), broker.Receiver.Rest().Select(m => int.Parse(m.Payload, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_broker_that_answers_pings_behind_the_acknowledgements_is_never_left()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { MaximumInFlight = 14 }, acknowledge: true);
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        for (ushort id = 1; id <= 200; id++)
        {
            peer.SendMessage("a", "x", 1, id);
            byte[] packet;
            while ((packet = await peer.NextPacketAsync())[0] != 0x40)
            {
                Assert.Equal(PingReq, packet);
                peer.Send(0xD0, 0x00);
            }

            Assert.Equal([0x40, 2, 0, (byte)id], packet);
        }

        Assert.True(broker.Client.Status.IsConnected);
    }

    [Fact]
    public async Task With_messages_of_QoS_2_half_as_many_are_taken_in_before_a_broker_is_left()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { MaximumInFlight = 14 }, acknowledge: true);
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        for (ushort id = 1; id <= 10; id++)
        {
            peer.SendMessage("a", $"{id}", id == 1 ? 2 : 1, id);
        }

        MqttFault fault = await Eventually.Advance(broker.Clock, TimeSpan.FromSeconds(1), broker.Receiver.NextFaultAsync());
        Assert.Equal(MqttFaultKind.Overrun, fault.Kind);
        Assert.Equal(7, broker.Receiver.Rest().Count);
    }

    [Fact]
    public async Task A_broker_is_left_too_where_the_last_it_sent_was_known_and_not_delivered()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { MaximumInFlight = 6 }, acknowledge: true);
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.SendMessage("a", "1", 2, 9);
        Assert.Equal([0x50, 2, 0, 9], await peer.NextPacketAsync());
        peer.End();
        await broker.PassPauseAsync();
        peer = await broker.NextAcceptedAsync(sessionPresent: true);
        peer.SendMessage("a", "2", 1, 7, duplicate: true);
        peer.SendMessage("a", "3", 1, 8, duplicate: true);
        peer.SendMessage("a", "1", 2, 9, duplicate: true);
        peer.SendMessage("a", "4", 1, 10, duplicate: true);
        MqttFault fault = await Eventually.Advance(broker.Clock, TimeSpan.FromSeconds(1), broker.Receiver.NextFaultAsync());
        Assert.Equal(MqttFaultKind.Overrun, fault.Kind);
        Assert.Equal(["1", "2", "3"], broker.Receiver.Rest().Select(m => m.Payload));
    }

    [Fact]
    public async Task What_the_receiver_does_not_release_stops_the_reading_before_identifiers_run_out()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { MaximumInFlight = 14 });
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        for (ushort id = 1; id <= 20; id++)
        {
            peer.SendMessage("a", "x", 1, id);
        }

        List<Received> got = await broker.Receiver.NextAsync(13);
        Assert.Equal(PingReq, await AdvanceUntilPacketAsync(broker, peer));
        Assert.Empty(broker.Receiver.Rest());
        peer.Send(0xD0, 0x00);
        broker.Client.Acknowledge(got[^1].Receipt);
        Assert.Equal(14, (await broker.Receiver.NextAsync()).PacketId);
        Assert.True(broker.Client.Status.IsConnected);
    }

    [Fact]
    public async Task An_exactly_once_message_is_delivered_once_until_it_is_released()
    {
        await using var broker = new ScriptedBroker(acknowledge: true);
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.SendMessage("a", "1", 2, 9);
        Assert.Equal([0x50, 2, 0, 9], await peer.NextPacketAsync());
        peer.End();
        await broker.PassPauseAsync();
        peer = await broker.NextAcceptedAsync(sessionPresent: true);
        peer.SendMessage("a", "1", 2, 9, duplicate: true);
        Assert.Equal([0x50, 2, 0, 9], await peer.NextPacketAsync());
        peer.Send(0x62, 2, 0, 9);
        Assert.Equal([0x70, 2, 0, 9], await peer.NextPacketAsync());
        peer.SendMessage("a", "2", 2, 9);
        Assert.Equal([0x50, 2, 0, 9], await peer.NextPacketAsync());
        Assert.Equal(["1", "2"], broker.Receiver.Rest().Select(m => m.Payload));
    }

    [Fact]
    public async Task A_PUBREL_for_an_unknown_identifier_is_completed_and_other_unknown_answers_are_counted_and_ignored()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.Send(0x40, 2, 0, 77, 0x70, 2, 0, 78, 0x62, 2, 0, 79);
        Assert.Equal([0x70, 2, 0, 79], await peer.NextPacketAsync());
        Assert.Equal((true, 2L), (broker.Client.Status.IsConnected, broker.Client.Status.UnknownAnswers));
    }

    [Fact]
    public async Task Published_messages_keep_within_the_servers_receive_maximum()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextPeerAsync();
        // Receive Maximum 3.
        peer.Send(0x20, 6, 0, 0, 3, 0x21, 0, 3);
        await broker.Receiver.NextConnectionAsync();
        await peer.NextPacketAsync(PacketType.Connect);
        for (int i = 0; i < 10; i++)
        {
            broker.Client.TryPublish("a", "x"u8, 1, false);
        }

        for (byte id = 1; id <= 10; id++)
        {
            byte[] packet = await peer.NextPacketAsync(PacketType.Publish);
            Assert.Equal(id, packet[6]);
            Assert.InRange(id, 1, broker.Client.Status.MessagesOut + 3);
            if (id >= 3)
            {
                peer.Send(0x40, 2, 0, (byte)(id - 2));
            }
        }

        peer.Send(0x40, 2, 0, 10, 0x40, 2, 0, 9);
        await broker.Client.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(10, broker.Client.Status.MessagesOut);
    }

    [Fact]
    public async Task After_a_resumed_session_messages_in_flight_go_out_again_first_with_their_identifiers()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        foreach (string payload in new[] { "1", "2", "3" })
        {
            broker.Client.TryPublish("a", System.Text.Encoding.UTF8.GetBytes(payload), 1, false);
            Assert.Equal(0x32, (await peer.NextPacketAsync())[0]);
        }

        peer.Send(0x40, 2, 0, 2);
        await Eventually.BecomesTrue(() => broker.Client.Status.MessagesOut == 1, "the acknowledgement is read");
        peer.End();
        await Eventually.BecomesTrue(() => !broker.Client.Status.IsConnected, "the end is noticed");
        broker.Client.TryPublish("a", "4"u8, 1, false);
        await broker.PassPauseAsync();
        peer = await broker.NextAcceptedAsync(sessionPresent: true);
        Assert.Equal("3A 07 00 01 61 00 01 00 31", Hex(await peer.NextPacketAsync()));
        Assert.Equal("3A 07 00 01 61 00 03 00 33", Hex(await peer.NextPacketAsync()));
        Assert.Equal("32 07 00 01 61 00 04 00 34", Hex(await peer.NextPacketAsync()));
    }

    [Fact]
    public async Task After_a_lost_session_messages_in_flight_go_out_as_new_ones()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        broker.Client.TryPublish("a", "1"u8, 1, false);
        await peer.NextPacketAsync(PacketType.Publish);
        peer.End();
        await broker.PassPauseAsync();
        peer = await broker.NextAcceptedAsync(sessionPresent: false);
        Assert.Equal("32 07 00 01 61 00 02 00 31", Hex(await peer.NextPacketAsync()));
    }

    [Fact]
    public async Task Publishing_exactly_once_resumes_where_it_stood()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        broker.Client.TryPublish("a", "1"u8, 2, false);
        Assert.Equal("34 07 00 01 61 00 01 00 31", Hex(await peer.NextPacketAsync()));
        peer.Send(0x50, 2, 0, 1);
        Assert.Equal("62 02 00 01", Hex(await peer.NextPacketAsync()));
        peer.End();
        await broker.PassPauseAsync();
        peer = await broker.NextAcceptedAsync(sessionPresent: true);
        Assert.Equal("62 02 00 01", Hex(await peer.NextPacketAsync()));
        peer.Send(0x70, 2, 0, 1);
        await broker.Client.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, broker.Client.Status.MessagesOut);
    }

    [Fact]
    public async Task A_refused_message_is_counted_said_and_does_not_block_the_rest()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        broker.Client.TryPublish("secret", "1"u8, 1, false);
        broker.Client.TryPublish("open", "1"u8, 1, false);
        await peer.NextPacketAsync();
        await peer.NextPacketAsync();
        peer.Send(0x40, 3, 0, 1, 0x87, 0x40, 2, 0, 2);
        await broker.Client.FlushAsync(TestContext.Current.CancellationToken);
        MqttTransportStatus status = broker.Client.Status;
        Assert.Equal((1L, 1L), (status.PublishesRefused, status.MessagesOut));
        Assert.Equal(MqttFaultKind.PublishRefused, status.LastRefusal!.Kind);
        Assert.Contains("'secret'", status.LastRefusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_beyond_the_brokers_quota_goes_out_again_later_as_a_new_one()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        foreach (string payload in new[] { "1", "2", "3" })
        {
            broker.Client.TryPublish("a", System.Text.Encoding.UTF8.GetBytes(payload), payload == "2" ? 2 : 1, false);
            await peer.NextPacketAsync(PacketType.Publish);
        }

        peer.Send(0x40, 3, 0, 1, 0x97, 0x50, 3, 0, 2, 0x97, 0x40, 2, 0, 3);
        await Eventually.BecomesTrue(() => broker.Client.Status is { MessagesOut: 1, PublishesPostponed: 2 }, "the answers are read");
        Assert.Empty(peer.Rest());
        // A late answer to the old identifier is nobody's.
        peer.Send(0x40, 2, 0, 1);
        await Eventually.BecomesTrue(() => broker.Client.Status.PacketsIn == 5, "it is read");
        Assert.Empty(peer.Rest());
        Task flushed = broker.Client.FlushAsync(TestContext.Current.CancellationToken);
        broker.Clock.Advance(broker.Options.ConnectTimeout / 4);
        Assert.Equal("32 07 00 01 61 00 04 00 31", Hex(await peer.NextPacketAsync()));
        Assert.Equal("34 07 00 01 61 00 05 00 32", Hex(await peer.NextPacketAsync()));
        Assert.False(flushed.IsCompleted);
        peer.Send(0x40, 2, 0, 4, 0x50, 2, 0, 5, 0x70, 2, 0, 5);
        await flushed;
        Assert.Equal((3L, 0L, 0L), (broker.Client.Status.MessagesOut, broker.Client.Status.PublishesRefused, broker.Client.Status.OutboxLength));
    }

    [Fact]
    public async Task A_broker_that_answers_QoS_2_as_QoS_1_does_not_stop_the_outbox()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions(MqttProtocolVersion.V311));
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        broker.Client.TryPublish("a", "1"u8, 2, false);
        await peer.NextPacketAsync(PacketType.Publish);
        peer.Send(0x40, 2, 0, 1);
        await broker.Client.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, broker.Client.Status.MessagesOut);
    }

    [Fact]
    public async Task The_servers_keep_alive_is_kept_instead_of_ours()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextPeerAsync();
        await peer.NextPacketAsync(PacketType.Connect);
        // Server Keep Alive 4.
        peer.Send(0x20, 6, 0, 0, 3, 0x13, 0, 4);
        await broker.Receiver.NextConnectionAsync();
        broker.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(PingReq, await peer.NextPacketAsync());
    }

    [Fact]
    public async Task A_server_that_has_moved_is_said_with_the_one_to_use()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextPeerAsync();
        peer.Send([0x20, 17, 0, 0x9D, 14, 0x1F, 0, 3, .. "bye"u8, 0x1C, 0, 5, .. "other"u8]);
        peer.End();
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        Assert.Equal((MqttFaultKind.Refused, MqttReason.ServerMoved), (fault.Kind, fault.Reason));
        Assert.EndsWith(": bye: other", fault.Text, StringComparison.Ordinal);
        Assert.Contains("Broker:Host", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_outbox_says_so_and_stays_within_its_bounds()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { OutboxBytes = 4096, OutboxMessages = 100 });
        int taken = 0;
        while (broker.Client.TryPublish("topic", new byte[95], 0, false))
        {
            taken++;
        }

        Assert.Equal(40, taken);
        Assert.Equal((1L, 40L), (broker.Client.Status.OutboxFull, broker.Client.Status.OutboxLength));
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        for (int i = 0; i < 40; i++)
        {
            await peer.NextPacketAsync(PacketType.Publish);
        }

        await broker.Client.FlushAsync(TestContext.Current.CancellationToken);
        Assert.True(broker.Client.TryPublish("topic", new byte[95], 0, false));
        Assert.Throws<ArgumentException>(() => broker.Client.TryPublish("topic", new byte[5000], 0, false));
        Assert.Throws<ArgumentException>(() => broker.Client.TryPublish("a/+", "x"u8, 0, false));
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_bounds_what_waits()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { OutboxBytes = 1 << 20 });
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        var stall = new TaskCompletionSource();
        peer.Stalled = stall.Task;
        byte[] payload = new byte[1000];
        for (int i = 0; i < 1040; i++)
        {
            Assert.True(broker.Client.TryPublish("in", payload, 0, false));
        }

        for (int i = 0; i < 1000; i++)
        {
            broker.Client.TryPublish("in", payload, 0, false);
        }

        Assert.InRange(broker.Client.Status.OutboxFull, 990, 1000);
        Assert.InRange(broker.Client.Status.OutboxLength, 1040, 1050);
        stall.SetResult();
        await broker.Client.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, broker.Client.Status.OutboxLength);
    }

    [Fact]
    public async Task A_message_the_server_cannot_take_is_dropped_and_said()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextPeerAsync();
        // Maximum Packet Size 20.
        peer.Send(0x20, 8, 0, 0, 5, 0x27, 0, 0, 0, 20);
        await broker.Receiver.NextConnectionAsync();
        broker.Client.TryPublish("a", new byte[100], 1, false);
        broker.Client.TryPublish("b", "x"u8, 0, false);
        await broker.Client.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1L, 1L), (broker.Client.Status.PublishesRefused, broker.Client.Status.MessagesOut));
        Assert.Equal(MqttReason.PacketTooLarge, broker.Client.Status.LastRefusal!.Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_oversized_message_of_MQTT_3_1_1_is_skipped_counted_and_acknowledged_in_its_turn(int qos)
    {
        MqttClientOptions options = ScriptedBroker.DefaultOptions(MqttProtocolVersion.V311) with { MaximumPacketSize = 2000 };
        await using var broker = new ScriptedBroker(options);
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.SendMessage("first", "1", 1, 1, version: MqttProtocolVersion.V311);
        Received first = await broker.Receiver.NextAsync();
        var writer = new PacketWriter(10_000);
        PublishPacket.Write(writer, MqttProtocolVersion.V311, qos << 1, "large"u8, 2, default, new byte[5000]);
        byte[] large = writer.WrittenSpan.ToArray();
        for (int i = 0; i < large.Length; i += 7)
        {
            peer.Send(large.AsSpan(i, Math.Min(7, large.Length - i)));
        }

        peer.SendMessage("last", "1", 1, 3, version: MqttProtocolVersion.V311);
        Received last = await broker.Receiver.NextAsync();
        Assert.Equal("last", last.Topic);
        Assert.Equal(1, broker.Client.Status.Oversized);
        broker.Client.Acknowledge(first.Receipt);
        Assert.Equal([0x40, 2, 0, 1], await peer.NextPacketAsync());
        if (qos == 1)
        {
            Assert.Equal([0x40, 2, 0, 2], await peer.NextPacketAsync());
        }

        broker.Client.Acknowledge(last.Receipt);
        Assert.Equal([0x40, 2, 0, 3], await peer.NextPacketAsync());
    }

    [Fact]
    public async Task Cancelling_sends_pending_acknowledgements_and_a_DISCONNECT()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.SendMessage("a", "1", 1, 1);
        Received got = await broker.Receiver.NextAsync();
        var stall = new TaskCompletionSource();
        peer.Stalled = stall.Task;
        broker.Client.Acknowledge(got.Receipt);
        broker.Cancel();
        stall.SetResult();
        Assert.Equal("40 02 00 01", Hex(await peer.NextPacketAsync()));
        Assert.Equal("E0 00", Hex(await peer.NextPacketAsync()));
        Assert.False(broker.Running.IsCompleted);
        peer.End();
        await broker.Running;
    }

    [Fact]
    public async Task A_refused_filter_leaves_the_rest_running_but_the_client_is_not_ready()
    {
        MqttSubscription[] filters = [new() { Filter = "good/#" }, new() { Filter = "bad/#" }];
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { Subscriptions = filters });
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        byte[] subscribe = await peer.NextPacketAsync(PacketType.Subscribe);
        peer.Send(0x90, 5, subscribe[2], subscribe[3], 0, 1, 0x87);
        peer.SendMessage("good/1", "x");
        Assert.Equal("good/1", (await broker.Receiver.NextAsync()).Topic);
        MqttTransportStatus status = broker.Client.Status;
        Assert.Equal((true, false, MqttFaultKind.SubscriptionRefused), (status.IsConnected, status.IsReady, status.LastRefusal!.Kind));
        Assert.Contains("'bad/#'", status.LastRefusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribing_to_a_resumed_session_asks_for_retained_messages_of_new_filters_only()
    {
        MqttSubscription[] filters = [new() { Filter = "a", NoLocal = true }];
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { Subscriptions = filters });
        ScriptedPeer peer = await broker.NextAcceptedAsync(sessionPresent: false);
        Assert.Equal(0x05, (await peer.NextPacketAsync(PacketType.Subscribe))[^1]);
        peer.End();
        await broker.PassPauseAsync();
        peer = await broker.NextAcceptedAsync(sessionPresent: true);
        Assert.Equal(0x15, (await peer.NextPacketAsync(PacketType.Subscribe))[^1]);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V5, 0x86, "Broker:PasswordFile")]
    [InlineData(MqttProtocolVersion.V5, 0x87, "Broker:Username")]
    [InlineData(MqttProtocolVersion.V5, 0x85, "Instance")]
    [InlineData(MqttProtocolVersion.V5, 0x8C, "enhanced authentication")]
    [InlineData(MqttProtocolVersion.V311, 4, "Broker:PasswordFile")]
    [InlineData(MqttProtocolVersion.V311, 5, "Broker:Username")]
    [InlineData(MqttProtocolVersion.V311, 1, "Broker:ProtocolVersion")]
    public async Task A_refusal_says_what_to_change_and_waits_long(MqttProtocolVersion version, byte code, string key)
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions(version));
        ScriptedPeer peer = await broker.NextPeerAsync();
        peer.Send(version == MqttProtocolVersion.V5 ? [0x20, 3, 0, code, 0] : [0x20, 2, 0, code]);
        peer.End();
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        Assert.Equal((MqttFaultKind.Refused, 0L), (fault.Kind, fault.Epoch));
        Assert.Contains(key, fault.Text, StringComparison.Ordinal);
        Assert.InRange(fault.RetryAfter, broker.Options.BackoffMaximum / 2, broker.Options.BackoffMaximum);
    }

    [Fact]
    public async Task Two_clients_with_one_identifier_are_recognised_and_slow_down()
    {
        await using var broker = new ScriptedBroker();
        MqttFault? fault = null;
        for (int i = 0; i < 3; i++)
        {
            ScriptedPeer peer = await broker.NextAcceptedAsync(sessionPresent: i > 0);
            peer.End();
            fault = await broker.PassPauseAsync();
            Assert.Equal(i < 2 ? MqttFaultKind.Closed : MqttFaultKind.ClientIdInUse, fault.Kind);
        }

        Assert.Contains("same client identifier", fault!.Text, StringComparison.Ordinal);
        Assert.InRange(fault.RetryAfter, broker.Options.BackoffMaximum / 2, broker.Options.BackoffMaximum);
    }

    [Fact]
    public async Task A_session_taken_over_is_said_at_once()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.Send(0xE0, 1, 0x8E);
        peer.End();
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        Assert.Equal((MqttFaultKind.ClientIdInUse, MqttReason.SessionTakenOver), (fault.Kind, fault.Reason));
    }

    [Fact]
    public async Task What_the_receiver_throws_ends_the_run_and_is_not_taken_for_a_fault_of_the_network()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        broker.Receiver.Hold = () => throw new IOException("the disk is full");
        peer.SendMessage("a", "1");
        peer.End();
        IOException thrown = await Assert.ThrowsAsync<IOException>(() => broker.Running);
        Assert.Equal("the disk is full", thrown.Message);
    }

    [Fact]
    public async Task A_topic_alias_may_change_its_meaning_within_one_read()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { TopicAliasMaximum = 2 });
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.Send(Convert.FromHexString("3008000161032300013130070000032300013230080001620323000133300700000323000134"));
        List<Received> got = await broker.Receiver.NextAsync(4);
        Assert.Equal(["a1", "a2", "b3", "b4"], got.Select(m => m.Topic + m.Payload));
    }

    [Theory]
    [InlineData("300700000323000131", MqttReason.ProtocolError)]
    [InlineData("30080001610323000331", MqttReason.TopicAliasInvalid)]
    public async Task An_unknown_topic_alias_and_one_above_our_maximum_are_refused(string hex, MqttReason reason)
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions() with { TopicAliasMaximum = 2 });
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.Send(Convert.FromHexString(hex));
        Assert.Equal([0xE0, 1, (byte)reason], await peer.NextPacketAsync());
        peer.End();
    }

    [Fact]
    public void Pauses_between_attempts_are_random_and_grow()
    {
        var backoff = new Mqtt.Connections.Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), new Random(3));
        var fault = new MqttFault(MqttFaultKind.Unreachable, "x");
        List<double> pauses = [.. Enumerable.Range(0, 200).Select(_ => backoff.Next(fault, null).RetryAfter.TotalSeconds)];
        for (int i = 0; i < 6; i++)
        {
            Assert.InRange(pauses[i], 0, 1 << i);
        }

        Assert.InRange(pauses.Skip(10).Average(), 25, 35);
        Assert.InRange(pauses.Skip(10).Min(), 0, 3);
        Assert.InRange(pauses.Max(), 55, 60);
    }

    private static string Hex(byte[] packet) => string.Join(' ', packet.Select(b => b.ToString("X2")));
}
