using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class SplitTests
{
    private static byte[] Recorded(MqttProtocolVersion version)
    {
        var writer = new PacketWriter(1024);
        ConnAckPacket.Write(writer, version, false, MqttReason.Success, new MqttServerLimits { ReceiveMaximum = 7 });
        SubAckPacket.Write(writer, version, PacketType.SubAck, Mqtt.Connections.PacketIdSequence.Last + 1, [1]);
        PublishPacket.Write(writer, version, 0, "a"u8, 0, default, default);
        PublishPacket.Write(writer, version, 2, "sensors/site-1/dev-1/temperature"u8, 1, default, "21.5"u8);
        PublishPacket.Write(writer, version, 1, "sensors/größe"u8, 0, [0x26, 0, 1, (byte)'k', 0, 1, (byte)'v'], "{\"value\":1}"u8);
        writer.Raw([(byte)PacketType.PingResp << 4, 0]);
        PublishPacket.Write(writer, version, 4, "twice"u8, 2, default, new byte[200]);
        PublishPacket.Write(writer, version, 12, "twice"u8, 2, default, new byte[200]);
        AcknowledgementPacket.Write(writer, PacketType.PubAck, 99);
        AcknowledgementPacket.Write(writer, PacketType.PubRel, 5);
        PublishPacket.Write(writer, version, 10, "again"u8, 3, default, "x"u8);
        return writer.WrittenSpan.ToArray();
    }

    private static async Task<List<Received>> ReceiveAsync(MqttProtocolVersion version, IEnumerable<byte[]> chunks)
    {
        await using var broker = new ScriptedBroker(ScriptedBroker.DefaultOptions(version) with { Subscriptions = [new MqttSubscription { Filter = "#" }] });
        ScriptedPeer peer = await broker.NextPeerAsync();
        foreach (byte[] chunk in chunks)
        {
            peer.Send(chunk);
        }

        peer.End();
        MqttFault fault = await broker.Receiver.NextFaultAsync();
        Assert.Equal(MqttFaultKind.Closed, fault.Kind);
        Assert.Equal(0, broker.Client.Status.ProtocolErrors);
        return [.. broker.Receiver.Rest().Select(m => m with { Receipt = default })];
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public async Task Any_cut_of_the_bytes_gives_the_same_messages(MqttProtocolVersion version)
    {
        byte[] recorded = Recorded(version);
        List<Received> whole = await ReceiveAsync(version, [recorded]);
        Assert.Equal(["a", "sensors/site-1/dev-1/temperature", "sensors/größe", "twice", "again"], whole.Select(m => m.Topic));
        for (int cut = 1; cut < recorded.Length; cut++)
        {
            Assert.Equal(whole, await ReceiveAsync(version, [recorded[..cut], recorded[cut..]]));
        }

        Assert.Equal(whole, await ReceiveAsync(version, recorded.Select(b => new[] { b })));
    }

    [Fact]
    public async Task Messages_that_lie_across_the_ends_of_the_receive_buffer_are_whole()
    {
        var writer = new PacketWriter(1 << 20);
        ConnAckPacket.Write(writer, MqttProtocolVersion.V5, false, MqttReason.Success, new MqttServerLimits());
        var random = new Random(7);
        var sent = new List<string>();
        while (writer.Length < 3_000_000)
        {
            string payload = new((char)('a' + random.Next(26)), random.Next(20_000));
            sent.Add(payload);
            PublishPacket.Write(writer, MqttProtocolVersion.V5, 0, "topic"u8, 0, default, System.Text.Encoding.UTF8.GetBytes(payload));
        }

        byte[] stream = writer.WrittenSpan.ToArray();
        var chunks = new List<byte[]>();
        for (int at = 0; at < stream.Length;)
        {
            int length = Math.Min(random.Next(1, 100_000), stream.Length - at);
            chunks.Add(stream[at..(at + length)]);
            at += length;
        }

        List<Received> got = await ReceiveAsync(MqttProtocolVersion.V5, chunks);
        Assert.Equal(sent, got.Select(m => m.Payload));
    }
}
