using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt;

/// <summary>
/// What can be said about a message beside topic and payload (MQTT 5; earlier versions leave it out). Fill it, publish with it, and
/// <see cref="Clear"/> it for the next message: it allocates nothing once it has grown.
/// </summary>
public sealed class MqttProperties
{
    private readonly PacketWriter section = new(64);
    private bool expires;
    private bool typed;

    internal ReadOnlySpan<byte> Section => section.WrittenSpan;

    /// <summary>Adds a name and a value, both UTF-8 without null characters; a name may come more than once.</summary>
    /// <exception cref="ArgumentException">One of them is no such text, or longer than 65,535 bytes.</exception>
    public MqttProperties User(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Check(name, nameof(name));
        Check(value, nameof(value));
        section.Byte((byte)PropertyId.UserProperty);
        section.Binary(name);
        section.Binary(value);
        return this;
    }

    /// <summary>States once how long the message is worth delivering, in whole seconds.</summary>
    public MqttProperties Expiry(TimeSpan after)
    {
        Once(ref expires);
        section.Property(PropertyId.MessageExpiryInterval, checked((uint)after.TotalSeconds));
        return this;
    }

    /// <summary>States once what the payload is, such as <c>application/json</c>.</summary>
    public MqttProperties ContentType(ReadOnlySpan<byte> type)
    {
        Once(ref typed);
        Check(type, nameof(type));
        section.Byte((byte)PropertyId.ContentType);
        section.Binary(type);
        return this;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        section.Clear();
        expires = typed = false;
    }

    private static void Once(ref bool said)
    {
        if (said)
        {
            throw new InvalidOperationException("this property can be stated only once");
        }

        said = true;
    }

    private static void Check(ReadOnlySpan<byte> text, string name)
    {
        if (text.Length > ushort.MaxValue || !Utf8Text.IsText(text))
        {
            throw new ArgumentException("not UTF-8 of at most 65535 bytes without null characters", name);
        }
    }
}
