using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class MalformedPacketTests
{
    public static TheoryData<string, string, MqttReason> Malformed() => new()
    {
        { "a remaining length of five bytes", "30 FF FF FF FF 01", MqttReason.MalformedPacket },
        { "a padded remaining length", "30 85 00", MqttReason.MalformedPacket },
        { "packet type 0", "00 00", MqttReason.MalformedPacket },
        { "a declared length over our maximum", "30 80 80 80 7F", MqttReason.PacketTooLarge },
        { "QoS 3", "36 07 00 01 61 00 01 00 78", MqttReason.MalformedPacket },
        { "a repeated QoS 0 message", "38 05 00 01 61 00 78", MqttReason.MalformedPacket },
        { "packet identifier 0", "32 07 00 01 61 00 00 00 78", MqttReason.MalformedPacket },
        { "a message without a topic", "30 03 00 00 00", MqttReason.ProtocolError },
        { "a topic longer than the packet", "30 03 00 05 61", MqttReason.MalformedPacket },
        { "a message shorter than its topic length", "30 01 00", MqttReason.MalformedPacket },
        { "a topic with a null character", "30 05 00 02 61 00 00", MqttReason.MalformedPacket },
        { "a topic that is not UTF-8", "30 05 00 02 C3 28 00", MqttReason.MalformedPacket },
        { "a topic with a surrogate", "30 06 00 03 ED A0 80 00", MqttReason.MalformedPacket },
        { "a topic with a wildcard", "30 05 00 02 61 23 00", MqttReason.TopicNameInvalid },
        { "an unknown property", "30 06 00 01 61 02 7F 00", MqttReason.MalformedPacket },
        { "a misplaced property", "30 07 00 01 61 03 21 00 01", MqttReason.MalformedPacket },
        { "a repeated property", "30 08 00 01 61 04 01 00 01 00", MqttReason.ProtocolError },
        { "a property cut short", "30 06 00 01 61 02 02 00", MqttReason.MalformedPacket },
        { "properties longer than the packet", "30 05 00 01 61 09 01", MqttReason.MalformedPacket },
        { "a payload format of 2", "30 06 00 01 61 02 01 02", MqttReason.ProtocolError },
        { "topic alias 0", "30 07 00 01 61 03 23 00 00", MqttReason.ProtocolError },
        { "a topic alias nobody asked for", "30 07 00 01 61 03 23 00 01", MqttReason.TopicAliasInvalid },
        { "subscription identifier 0", "30 06 00 01 61 02 0B 00", MqttReason.ProtocolError },
        { "a user property that is not UTF-8", "30 0B 00 01 61 07 26 00 01 FF 00 01 61", MqttReason.MalformedPacket },
        { "PUBACK with flags", "42 02 00 01", MqttReason.MalformedPacket },
        { "PUBACK with identifier 0", "40 02 00 00", MqttReason.MalformedPacket },
        { "PUBACK of one byte", "40 01 00", MqttReason.MalformedPacket },
        { "PUBACK with more than properties", "40 05 00 01 00 00 00", MqttReason.MalformedPacket },
        { "PUBREL without its flag", "60 02 00 01", MqttReason.MalformedPacket },
        { "PINGRESP with a body", "D0 01 00", MqttReason.MalformedPacket },
        { "a second CONNACK", "20 03 00 00 00", MqttReason.ProtocolError },
        { "CONNECT from a broker", "10 00", MqttReason.ProtocolError },
        { "SUBSCRIBE from a broker", "82 00", MqttReason.ProtocolError },
        { "PINGREQ from a broker", "C0 00", MqttReason.ProtocolError },
        { "AUTH nobody asked for", "F0 00", MqttReason.ProtocolError },
        { "SUBACK nobody waits for", "90 04 00 01 00 00", MqttReason.ProtocolError },
        { "DISCONNECT with an expiry of two", "E0 0C 00 0A 11 00 00 00 01 11 00 00 00 01", MqttReason.ProtocolError },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_packet_is_refused_with_its_reason(string what, string hex, MqttReason reason)
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.SendMessage("before", "1");
        peer.Send(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal([0xE0, 0x01, (byte)reason], await peer.NextPacketAsync());
        peer.End();
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        Assert.True(fault is { Kind: MqttFaultKind.Protocol, Epoch: 1 } && fault.Reason == reason, what);
        Assert.Equal("before", (await broker.Receiver.NextAsync()).Topic);
        Assert.Equal(1, broker.Client.Status.ProtocolErrors);
    }

    [Theory]
    [InlineData("a reserved bit", "20 03 02 00 00")]
    [InlineData("a session with a refusal", "20 03 01 87 00")]
    [InlineData("no reason", "20 01 00")]
    [InlineData("a receive maximum of 0", "20 06 00 00 03 21 00 00")]
    [InlineData("bytes behind the properties", "20 04 00 00 00 00")]
    [InlineData("not MQTT", "48 54 54 50")]
    public async Task A_malformed_CONNACK_is_refused(string what, string hex)
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextPeerAsync();
        peer.Send(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        peer.End();
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        Assert.True(fault is { Kind: MqttFaultKind.Protocol, Epoch: 0 }, what);
        Assert.Contains("is there an MQTT 5 broker at this port?", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MQTT_3_1_1_knows_no_DISCONNECT_from_a_broker_and_none_with_a_reason_to_it()
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions(MqttProtocolVersion.V311));
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        peer.Send(0xE0, 0x00);
        peer.End();
        Assert.Equal(MqttReason.ProtocolError, (await broker.Receiver.NextFaultAsync()).Reason);
        Assert.Empty(peer.Rest());
    }

    [Fact]
    public async Task A_refused_packet_allocates_nothing_like_its_declared_size()
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextAcceptedAsync();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        // 256 MB less one byte.
        peer.Send(0x30, 0xFF, 0xFF, 0xFF, 0x7F);
        peer.End();
        await broker.Receiver.NextFaultAsync();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 4_000_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Damaged_streams_never_throw_and_do_not_depend_on_cuts(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] stream = Damaged(random);
            (List<Received> messages, MqttFault fault) whole = await RunAsync([stream]);
            int cut = random.Next(1, stream.Length);
            (List<Received> messages, MqttFault fault) parts = await RunAsync([stream[..cut], stream[cut..]]);
            Assert.True(whole.fault.Kind == parts.fault.Kind && whole.fault.Reason == parts.fault.Reason, Convert.ToHexString(stream));
            Assert.Equal(whole.messages, parts.messages);
        }
    }

    private static byte[] Damaged(Random random)
    {
        var writer = new PacketWriter(512);
        ConnAckPacket.Write(writer, MqttProtocolVersion.V5, false, MqttReason.Success, new MqttServerLimits());
        int connack = writer.Length;
        for (int i = 0; i < 4; i++)
        {
            int qos = random.Next(3);
            PublishPacket.Write(writer, MqttProtocolVersion.V5, qos << 1, "some/topic/of/a/sensor"u8, (ushort)random.Next(1, 9), [0x26, 0, 1, 65, 0, 1, 66, 0x0B, 5], "21.5"u8);
            AcknowledgementPacket.Write(writer, (PacketType)random.Next(4, 8), (ushort)random.Next(1, 9), (MqttReason)random.Next(256));
        }

        byte[] bytes = writer.WrittenSpan.ToArray();
        for (int hits = random.Next(1, 4); hits > 0; hits--)
        {
            bytes[random.Next(connack, bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static async Task<(List<Received>, MqttFault)> RunAsync(IEnumerable<byte[]> chunks)
    {
        await using var broker = new ScriptedBroker();
        ScriptedPeer peer = await broker.NextPeerAsync();
        foreach (byte[] chunk in chunks)
        {
            peer.Send(chunk);
        }

        peer.End();
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        return ([.. broker.Receiver.Rest().Select(m => m with { Receipt = default })], fault);
    }
}
