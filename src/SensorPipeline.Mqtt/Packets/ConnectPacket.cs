using System.Text;

namespace SensorPipeline.Mqtt.Packets;

/// <summary>A CONNECT: who the client is and what it wants.</summary>
internal sealed record ConnectPacket
{
    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V5;

    public required string ClientId { get; init; }

    public bool CleanStart { get; init; }

    public ushort KeepAliveSeconds { get; init; }

    public uint SessionExpirySeconds { get; init; }

    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    public ushort TopicAliasMaximum { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public MqttWill? Will { get; init; }

    /// <summary>An enhanced authentication was asked for.</summary>
    public bool HasAuthenticationMethod { get; init; }

    public void Write(PacketWriter writer)
    {
        int packet = writer.BeginPacket(PacketType.Connect);
        writer.Text("MQTT");
        writer.Byte((byte)Version);
        writer.Byte(Flags());
        writer.UInt16(KeepAliveSeconds);
        if (Version == MqttProtocolVersion.V5)
        {
            WriteProperties(writer);
        }

        writer.Text(ClientId);
        WriteWill(writer);
        if (Username is not null)
        {
            writer.Text(Username);
        }

        if (Password is not null)
        {
            writer.Text(Password);
        }

        writer.EndLength(packet);
    }

    private byte Flags()
    {
        int will = Will is null ? 0 : 0x04 | (Will.Qos << 3) | (Will.Retain ? 0x20 : 0);
        return (byte)((CleanStart ? 0x02 : 0) | will | (Username is null ? 0 : 0x80) | (Password is null ? 0 : 0x40));
    }

    private void WriteProperties(PacketWriter writer)
    {
        int properties = writer.BeginLength();
        if (SessionExpirySeconds != 0)
        {
            writer.Property(PropertyId.SessionExpiryInterval, SessionExpirySeconds);
        }

        if (ReceiveMaximum != ushort.MaxValue)
        {
            writer.Property(PropertyId.ReceiveMaximum, (ushort)ReceiveMaximum);
        }

        if (MaximumPacketSize != uint.MaxValue)
        {
            writer.Property(PropertyId.MaximumPacketSize, MaximumPacketSize);
        }

        if (TopicAliasMaximum != 0)
        {
            writer.Property(PropertyId.TopicAliasMaximum, TopicAliasMaximum);
        }

        writer.EndLength(properties);
    }

    private void WriteWill(PacketWriter writer)
    {
        if (Will is null)
        {
            return;
        }

        if (Version == MqttProtocolVersion.V5)
        {
            int properties = writer.BeginLength();
            if (Will.Delay > TimeSpan.Zero)
            {
                writer.Property(PropertyId.WillDelayInterval, (uint)Will.Delay.TotalSeconds);
            }

            writer.EndLength(properties);
        }

        writer.Text(Will.Topic);
        writer.Binary(Will.Payload.Span);
    }

    /// <summary>Reads a client's first packet; <paramref name="reason"/> refuses it.</summary>
    public static ConnectPacket? Read(ReadOnlySpan<byte> body, out MqttReason reason)
    {
        var fields = new FieldReader(body);
        reason = ReadHead(ref fields, out MqttProtocolVersion version, out byte flags);
        if (reason != MqttReason.Success)
        {
            return null;
        }

        var packet = new ConnectPacket
        {
            ClientId = "",
            Version = version,
            CleanStart = (flags & 0x02) != 0,
            KeepAliveSeconds = fields.UInt16(),
            SessionExpirySeconds = version == MqttProtocolVersion.V311 && (flags & 0x02) == 0 ? uint.MaxValue : 0,
        };
        if (version == MqttProtocolVersion.V5)
        {
            reason = ReadProperties(ref fields, ref packet);
        }

        packet = packet with { ClientId = Encoding.UTF8.GetString(fields.Text()) };
        if (reason == MqttReason.Success && (flags & 0x04) != 0)
        {
            reason = ReadWill(ref fields, flags, ref packet);
        }

        packet = packet with
        {
            Username = (flags & 0x80) != 0 ? Encoding.UTF8.GetString(fields.Text()) : null,
            Password = (flags & 0x40) != 0 ? Encoding.UTF8.GetString(fields.Binary()) : null,
        };
        reason = reason == MqttReason.Success && !fields.AtEnd ? MqttReason.MalformedPacket : reason;
        return reason == MqttReason.Success ? packet : null;
    }

    private static MqttReason ReadHead(ref FieldReader fields, out MqttProtocolVersion version, out byte flags)
    {
        ReadOnlySpan<byte> name = fields.Text();
        version = (MqttProtocolVersion)fields.Byte();
        flags = fields.Byte();
        if (fields.Failed)
        {
            return MqttReason.MalformedPacket;
        }

        if (!name.SequenceEqual("MQTT"u8) || version is not (MqttProtocolVersion.V311 or MqttProtocolVersion.V5))
        {
            return MqttReason.UnsupportedProtocolVersion;
        }

        bool will = (flags & 0x04) != 0;
        bool passwordAlone = version == MqttProtocolVersion.V311 && (flags & 0xC0) == 0x40;
        bool valid = (flags & 0x01) == 0 && (flags & 0x18) != 0x18 && (will || (flags & 0x38) == 0) && !passwordAlone;
        return valid ? MqttReason.Success : MqttReason.MalformedPacket;
    }

    private static MqttReason ReadProperties(ref FieldReader fields, ref ConnectPacket packet)
    {
        var properties = new PropertyReader(ref fields, PropertySets.Connect);
        while (properties.MoveNext())
        {
            packet = properties.Id switch
            {
                PropertyId.SessionExpiryInterval => packet with { SessionExpirySeconds = properties.Number },
                PropertyId.ReceiveMaximum => packet with { ReceiveMaximum = (int)properties.Number },
                PropertyId.MaximumPacketSize => packet with { MaximumPacketSize = properties.Number },
                PropertyId.TopicAliasMaximum => packet with { TopicAliasMaximum = (ushort)properties.Number },
                PropertyId.AuthenticationMethod => packet with { HasAuthenticationMethod = true },
                _ => packet,
            };
        }

        return properties.Reason;
    }

    private static MqttReason ReadWill(ref FieldReader fields, byte flags, ref ConnectPacket packet)
    {
        uint delay = 0;
        if (packet.Version == MqttProtocolVersion.V5)
        {
            var properties = new PropertyReader(ref fields, PropertySets.Will);
            while (properties.MoveNext())
            {
                delay = properties.Id == PropertyId.WillDelayInterval ? properties.Number : delay;
            }

            if (properties.Reason != MqttReason.Success)
            {
                return properties.Reason;
            }
        }

        ReadOnlySpan<byte> topic = fields.Binary();
        ReadOnlySpan<byte> payload = fields.Binary();
        packet = packet with
        {
            Will = new MqttWill
            {
                Topic = Encoding.UTF8.GetString(topic),
                Payload = payload.ToArray(),
                Qos = (flags >> 3) & 3,
                Retain = (flags & 0x20) != 0,
                Delay = TimeSpan.FromSeconds(delay),
            },
        };
        return Utf8Text.IsTopicName(topic) ? MqttReason.Success : MqttReason.TopicNameInvalid;
    }
}
