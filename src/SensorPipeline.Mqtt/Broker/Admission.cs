using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Broker;

/// <summary>Whether a client may connect, and what it is told of our limits.</summary>
internal sealed class Admission(DevelopmentBrokerOptions options, Exchange exchange)
{
    /// <summary>Checks a CONNECT; one without a client identifier is given one.</summary>
    public MqttReason Check(ref ConnectPacket packet, out MqttServerLimits limits)
    {
        limits = new MqttServerLimits
        {
            ReceiveMaximum = options.ReceiveMaximum,
            MaximumPacketSize = (uint)options.MaximumPacketSize,
            TopicAliasMaximum = options.TopicAliasMaximum,
        };
        MqttReason reason = Check(packet);
        if (reason == MqttReason.Success && packet.ClientId.Length == 0)
        {
            packet = packet with { ClientId = exchange.AssignClientId() };
            limits = limits with { AssignedClientId = packet.ClientId };
        }

        return reason;
    }

    private MqttReason Check(ConnectPacket packet)
    {
        if (packet.HasAuthenticationMethod)
        {
            return MqttReason.BadAuthenticationMethod;
        }

        if (packet.ClientId.Length == 0 && packet.Version == MqttProtocolVersion.V311 && !packet.CleanStart)
        {
            return MqttReason.ClientIdentifierNotValid;
        }

        bool known = options.Authenticate is not { } authenticate || authenticate(packet.Username, packet.Password);
        return known ? MqttReason.Success : packet.Version == MqttProtocolVersion.V5 ? MqttReason.BadUserNameOrPassword : MqttReason.NotAuthorized;
    }
}
