namespace SensorPipeline.Mqtt;

/// <summary>The reason codes of MQTT 5; refusals of MQTT 3.1.1 are mapped to them.</summary>
public enum MqttReason : byte
{
    /// <summary>Success, normal disconnection, or granted QoS 0.</summary>
    Success = 0x00,

    /// <summary>Granted QoS 1.</summary>
    GrantedQos1 = 0x01,

    /// <summary>Granted QoS 2.</summary>
    GrantedQos2 = 0x02,

    /// <summary>Disconnect, but publish the will.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>Accepted, nobody is subscribed.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>There was no such subscription.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>Continue an enhanced authentication.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>Authenticate anew.</summary>
    Reauthenticate = 0x19,

    /// <summary>No reason given.</summary>
    Unspecified = 0x80,

    /// <summary>The packet could not be parsed.</summary>
    MalformedPacket = 0x81,

    /// <summary>The packet broke the protocol's rules.</summary>
    ProtocolError = 0x82,

    /// <summary>The other side has a rule of its own against it.</summary>
    ImplementationSpecific = 0x83,

    /// <summary>The protocol version is not spoken.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>The client identifier is not allowed.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>Wrong user name or password.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>Not allowed.</summary>
    NotAuthorized = 0x87,

    /// <summary>The server is not available.</summary>
    ServerUnavailable = 0x88,

    /// <summary>The server is busy.</summary>
    ServerBusy = 0x89,

    /// <summary>The client was banned.</summary>
    Banned = 0x8A,

    /// <summary>The server is shutting down.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>The authentication method is not supported.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>Nothing was heard within the keep-alive time.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>Another connection took the client identifier.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>The topic filter is malformed or refused.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The topic name is malformed or refused.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is in use.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>The packet identifier is unknown.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>More messages were in flight than allowed.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>The topic alias is out of range.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>The packet is larger than announced as acceptable.</summary>
    PacketTooLarge = 0x95,

    /// <summary>Too many messages in too short a time.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A quota is used up.</summary>
    QuotaExceeded = 0x97,

    /// <summary>An administrator closed the connection.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not of the format it claims.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>Retained messages are not supported.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The QoS is not supported.</summary>
    QosNotSupported = 0x9B,

    /// <summary>Use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>Use another server from now on.</summary>
    ServerMoved = 0x9D,

    /// <summary>Shared subscriptions are not supported.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Too many connections in too short a time.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>The connection has lasted as long as it may.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>Subscription identifiers are not supported.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>Wildcard subscriptions are not supported.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
