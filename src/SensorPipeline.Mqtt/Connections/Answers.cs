using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>What the broker answers to our packets, and the half of QoS 2 that must be answered in turn. Each method says what is wrong with the packet.</summary>
internal sealed class Answers(MqttProtocolVersion version, ClientSession session, ReceiveWindow window, Sender sender)
{
    /// <summary>PUBACK, PUBREC or PUBCOMP.</summary>
    public MqttReason OnAnswered(PacketType type, ReadOnlySpan<byte> body)
    {
        MqttReason reason = AcknowledgementPacket.TryRead(body, version, out ushort id, out MqttReason code);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        ushort release = session.Outbox.OnAnswered(type, id, code);
        sender.Wake();
        return release == 0 ? MqttReason.Success : Answer(PacketType.PubRel, release);
    }

    /// <summary>PUBREL.</summary>
    public MqttReason OnReleased(ReadOnlySpan<byte> body)
    {
        MqttReason reason = AcknowledgementPacket.TryRead(body, version, out ushort id, out _);
        if (reason != MqttReason.Success)
        {
            return reason;
        }

        window.Forget(id);
        return Answer(PacketType.PubComp, id);
    }

    /// <summary>SUBACK or UNSUBACK.</summary>
    public MqttReason OnSubscriptionsAnswered(PacketType type, ReadOnlySpan<byte> body, long epoch)
    {
        MqttReason reason = sender.OnSubscriptionsAnswered(type, body, out MqttFault? refusal);
        session.LastRefusal = refusal is null ? session.LastRefusal : refusal with { Epoch = epoch };
        return reason;
    }

    // A broker that sends without reading what it gets for it is not waited for.
    private MqttReason Answer(PacketType type, ushort id) => sender.TryAnswer(type, id) ? MqttReason.Success : MqttReason.QuotaExceeded;
}
