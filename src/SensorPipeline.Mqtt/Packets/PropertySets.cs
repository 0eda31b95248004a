using static SensorPipeline.Mqtt.Packets.PropertyId;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>Which properties may stand in which packet, one bit a property.</summary>
internal static class PropertySets
{
    public static readonly ulong Connect = Of(
        SessionExpiryInterval, AuthenticationMethod, AuthenticationData, RequestProblemInformation, RequestResponseInformation,
        ReceiveMaximum, TopicAliasMaximum, UserProperty, MaximumPacketSize);

    public static readonly ulong Will = Of(
        PayloadFormatIndicator, MessageExpiryInterval, ContentType, ResponseTopic, CorrelationData, WillDelayInterval, UserProperty);

    public static readonly ulong ConnAck = Of(
        SessionExpiryInterval, AssignedClientIdentifier, ServerKeepAlive, AuthenticationMethod, AuthenticationData, ResponseInformation,
        ServerReference, ReasonString, ReceiveMaximum, TopicAliasMaximum, MaximumQos, RetainAvailable, UserProperty, MaximumPacketSize,
        WildcardSubscriptionAvailable, SubscriptionIdentifierAvailable, SharedSubscriptionAvailable);

    public static readonly ulong Publish = Of(
        PayloadFormatIndicator, MessageExpiryInterval, ContentType, ResponseTopic, CorrelationData, SubscriptionIdentifier, TopicAlias,
        UserProperty);

    public static readonly ulong Acknowledgement = Of(ReasonString, UserProperty);

    public static readonly ulong Subscribe = Of(SubscriptionIdentifier, UserProperty);

    public static readonly ulong Unsubscribe = Of(UserProperty);

    public static readonly ulong Disconnect = Of(SessionExpiryInterval, ServerReference, ReasonString, UserProperty);

    public static readonly ulong Auth = Of(AuthenticationMethod, AuthenticationData, ReasonString, UserProperty);

    public static bool Contains(ulong set, PropertyId id) => (byte)id < 64 && (set & (1UL << (byte)id)) != 0;

    public static ulong Of(params ReadOnlySpan<PropertyId> ids)
    {
        ulong set = 0;
        foreach (PropertyId id in ids)
        {
            set |= 1UL << (byte)id;
        }

        return set;
    }
}
