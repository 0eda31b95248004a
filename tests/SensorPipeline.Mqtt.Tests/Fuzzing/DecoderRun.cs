using SensorPipeline.Mqtt.Connections;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Tests.Fuzzing;

/// <summary>
/// What the decoder makes of a stream that comes in pieces: every packet in words, and how it ended. Bytes that were not consumed come again
/// with the next piece, as they do from a pipe. Each message is read to its last property, so that no position may lie outside.
/// </summary>
internal static class DecoderRun
{
    private const int MaximumPacketSize = 4096;

    public static string Of(ReadOnlySpan<byte> stream, MqttProtocolVersion version, ReadOnlySpan<int> cuts)
    {
        var options = new MqttClientOptions { Host = "fuzz", ClientId = "c", ProtocolVersion = version, MaximumPacketSize = MaximumPacketSize, TopicAliasMaximum = 4 };
        var said = new List<string>();
        var reader = new BatchReader(options, new Counters(), (type, body) => Hear(said, version, type, body)) { TakesMessages = true };
        int start = 0;
        foreach (int end in (ReadOnlySpan<int>)[.. cuts, stream.Length])
        {
            ReadOnlySpan<byte> piece = stream[start..end];
            MqttReason reason = reader.Read(piece, out int consumed);
            Tell(said, new MqttMessages(piece, reader.AliasText, reader.Batch), reader.Batch);
            start += consumed;
            if (reason != MqttReason.Success)
            {
                said.Add($"{reason}");
                break;
            }
        }

        // Messages of a read are told after its other packets, so only the order within either kind does not depend on cuts.
        return string.Join('\n', said.OrderBy(line => line[0]));
    }

    private static MqttReason Hear(List<string> said, MqttProtocolVersion version, PacketType type, ReadOnlySpan<byte> body)
    {
        MqttReason reason = Parse(version, type, body);
        said.Add($"p {type} {Convert.ToHexString(body)} {reason}");
        return reason;
    }

    private static MqttReason Parse(MqttProtocolVersion version, PacketType type, ReadOnlySpan<byte> body) => type switch
    {
        PacketType.ConnAck => ConnAckPacket.TryRead(body, version, out _, out _, out _),
        PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp => AcknowledgementPacket.TryRead(body, version, out _, out _),
        PacketType.SubAck or PacketType.UnsubAck => SubAckPacket.TryRead(body, version, type, out _, out _),
        PacketType.Disconnect => DisconnectPacket.TryRead(body, version, out _, out _),
        PacketType.Connect => ConnectPacket.Read(body, out MqttReason reason) is null ? reason : MqttReason.Success,
        PacketType.Subscribe => SubscribePacket.TryRead(body, version, out _, []),
        PacketType.Unsubscribe => SubscribePacket.TryReadUnsubscribe(body, version, out _, []),
        PacketType.PingReq or PacketType.PingResp => body.IsEmpty ? MqttReason.Success : MqttReason.MalformedPacket,
        _ => MqttReason.ProtocolError,
    };

    private static void Tell(List<string> said, MqttMessages messages, ReadOnlySpan<PublishPacket> batch)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            // What was passed over has no payload to show.
            if (batch[i].PayloadLength >= 0)
            {
                said.Add(Describe(messages[i]));
            }
        }
    }

    private static string Describe(MqttMessage message)
    {
        Assert.True(TopicFilter.IsTopicName(message.Topic));
        Assert.True(message.Qos == 0 == (message.PacketId == 0));
        message.TryGetUserProperty("k"u8, out ReadOnlySpan<byte> value);
        int[] subscriptions = new int[8];
        Array.Resize(ref subscriptions, message.CopySubscriptionsTo(subscriptions));
        return $"m {Convert.ToHexString(message.Topic)} {Convert.ToHexString(message.Payload)} {message.Qos} {message.Retain} {message.Duplicate} {message.PacketId} "
            + $"{Convert.ToHexString(message.ContentType)} {Convert.ToHexString(message.ResponseTopic)} {Convert.ToHexString(message.CorrelationData)} {message.Expiry} "
            + $"{string.Join(' ', subscriptions)} {Convert.ToHexString(value)}";
    }
}
