using static SensorPipeline.Mqtt.Packets.PropertyId;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>
/// Walks the properties of a packet and refuses what does not belong: unknown or misplaced properties, repetitions, forbidden values.
/// When <see cref="MoveNext"/> returns false, <see cref="Reason"/> says whether the end was reached or a fault.
/// </summary>
internal ref struct PropertyReader
{
    private static readonly ulong NotZero = PropertySets.Of(ReceiveMaximum, MaximumPacketSize, TopicAlias, SubscriptionIdentifier);

    private readonly ulong allowed;
    private FieldReader fields;
    private ulong seen;

    /// <summary>Takes the property section that begins at the packet's next field.</summary>
    public PropertyReader(ref FieldReader packet, ulong allowed)
    {
        this.allowed = allowed;
        fields = new FieldReader(packet.Take(packet.Varint()));
        Reason = packet.Failed ? MqttReason.MalformedPacket : MqttReason.Success;
    }

    /// <summary>Reads a section that has been checked before, without its length in front.</summary>
    public PropertyReader(ReadOnlySpan<byte> section, ulong allowed)
    {
        this.allowed = allowed;
        fields = new FieldReader(section);
    }

    public MqttReason Reason { get; private set; }

    public PropertyId Id { get; private set; }

    /// <summary>The value of a numeric property.</summary>
    public uint Number { get; private set; }

    /// <summary>The value of a string or binary property, or the name of a user property.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The value of a user property.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Bytes of the section behind the property at hand.</summary>
    public readonly int Remaining => fields.Remaining;

    /// <summary>Reads the section to its end for its faults only.</summary>
    public static MqttReason Check(ref FieldReader packet, ulong allowed)
    {
        var properties = new PropertyReader(ref packet, allowed);
        while (properties.MoveNext())
        {
        }

        return properties.Reason;
    }

    public bool MoveNext()
    {
        if (fields.Remaining == 0 || Reason != MqttReason.Success)
        {
            return false;
        }

        Id = (PropertyId)fields.Byte();
        if (!PropertySets.Contains(allowed, Id))
        {
            return Refuse(MqttReason.MalformedPacket);
        }

        bool repeated = PropertySets.Contains(seen, Id);
        seen |= 1UL << (byte)Id;
        if (repeated && !MayRepeat())
        {
            return Refuse(MqttReason.ProtocolError);
        }

        ReadValue();
        return fields.Failed ? Refuse(MqttReason.MalformedPacket) : ValueIsValid() || Refuse(MqttReason.ProtocolError);
    }

    // A message carries one identifier for each subscription it matched; a SUBSCRIBE, which cannot have an alias, only one.
    private readonly bool MayRepeat() =>
        Id == UserProperty || (Id == SubscriptionIdentifier && PropertySets.Contains(allowed, TopicAlias));

    private void ReadValue()
    {
        switch (Id)
        {
            case PayloadFormatIndicator or RequestProblemInformation or RequestResponseInformation or MaximumQos or RetainAvailable
                or WildcardSubscriptionAvailable or SubscriptionIdentifierAvailable or SharedSubscriptionAvailable:
                Number = fields.Byte();
                break;
            case ServerKeepAlive or ReceiveMaximum or TopicAliasMaximum or TopicAlias:
                Number = fields.UInt16();
                break;
            case MessageExpiryInterval or SessionExpiryInterval or WillDelayInterval or MaximumPacketSize:
                Number = fields.UInt32();
                break;
            case SubscriptionIdentifier:
                Number = (uint)fields.Varint();
                break;
            case CorrelationData or AuthenticationData:
                Bytes = fields.Binary();
                break;
            case UserProperty:
                Bytes = fields.Text();
                Value = fields.Text();
                break;
            default:
                Bytes = fields.Text();
                break;
        }
    }

    private readonly bool ValueIsValid() => Id switch
    {
        PayloadFormatIndicator or RequestProblemInformation or RequestResponseInformation or MaximumQos or RetainAvailable
            or WildcardSubscriptionAvailable or SubscriptionIdentifierAvailable or SharedSubscriptionAvailable => Number <= 1,
        _ => Number != 0 || !PropertySets.Contains(NotZero, Id),
    };

    private bool Refuse(MqttReason reason)
    {
        Reason = reason;
        return false;
    }
}
