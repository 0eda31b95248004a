namespace SensorPipeline.Mqtt;

/// <summary>Reason codes in words.</summary>
public static class MqttReasons
{
    /// <summary>What the code means and what to do about it, with the code itself in brackets.</summary>
    public static string Describe(MqttReason reason) => $"{Words(reason)} (0x{(byte)reason:X2})";

    private static string Words(MqttReason reason) => reason switch
    {
        MqttReason.Success => "no reason given",
        MqttReason.DisconnectWithWill => "closed with its will",
        MqttReason.Unspecified => "no reason given; look into the broker's log",
        MqttReason.MalformedPacket => "a packet could not be parsed",
        MqttReason.ProtocolError => "a packet broke the protocol's rules",
        MqttReason.ImplementationSpecific => "against a rule of the broker; look into its log",
        MqttReason.UnsupportedProtocolVersion => "it does not speak this protocol version; change Broker:ProtocolVersion",
        MqttReason.ClientIdentifierNotValid => "the client identifier is not allowed; change Instance",
        MqttReason.BadUserNameOrPassword => "wrong user name or password; check Broker:Username and Broker:PasswordFile",
        MqttReason.NotAuthorized => "not authorised; check Broker:Username and Broker:PasswordFile, and the rights the broker gives that user",
        MqttReason.ServerUnavailable => "the broker is not available",
        MqttReason.ServerBusy => "the broker is busy",
        MqttReason.Banned => "this client was banned; ask the broker's administrator",
        MqttReason.ServerShuttingDown => "the broker is shutting down",
        MqttReason.BadAuthenticationMethod => "it wants enhanced authentication, which is not supported; allow user name and password or a client certificate",
        MqttReason.KeepAliveTimeout => "it heard nothing within the keep-alive time",
        MqttReason.SessionTakenOver => "another client connected with the same client identifier; give each instance its own Instance",
        MqttReason.TopicFilterInvalid => "the topic filter is not allowed; check Sources",
        MqttReason.TopicNameInvalid => "the topic name is not allowed",
        MqttReason.PacketIdentifierInUse => "the packet identifier is in use",
        MqttReason.PacketIdentifierNotFound => "the packet identifier is unknown",
        MqttReason.ReceiveMaximumExceeded => "more messages were in flight than allowed",
        MqttReason.TopicAliasInvalid => "the topic alias is out of range",
        MqttReason.PacketTooLarge => "the packet is larger than allowed; raise Broker:MaximumPacketSize or the broker's limit",
        MqttReason.MessageRateTooHigh => "too many messages in too short a time",
        MqttReason.QuotaExceeded => "a quota is used up; raise the broker's limits",
        MqttReason.AdministrativeAction => "an administrator closed the connection",
        MqttReason.PayloadFormatInvalid => "the payload is not of the format it claims",
        MqttReason.RetainNotSupported => "retained messages are not supported",
        MqttReason.QosNotSupported => "the QoS is not supported",
        MqttReason.UseAnotherServer => "it asks to use another server for now; change Broker:Host",
        MqttReason.ServerMoved => "it asks to use another server from now on; change Broker:Host",
        MqttReason.SharedSubscriptionsNotSupported => "shared subscriptions are not supported; change Sources",
        MqttReason.ConnectionRateExceeded => "too many connections in too short a time",
        MqttReason.MaximumConnectTime => "the connection lasted as long as the broker allows",
        MqttReason.SubscriptionIdentifiersNotSupported => "subscription identifiers are not supported",
        MqttReason.WildcardSubscriptionsNotSupported => "wildcards are not supported; change Sources",
        _ => "an unknown reason",
    };
}
