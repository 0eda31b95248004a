namespace SensorPipeline.Formats.Tests.Sparkplug;

/// <summary>Writes protobuf messages, field by field.</summary>
internal sealed class ProtoText
{
    private readonly List<byte> bytes = [];

    public byte[] ToArray() => [.. bytes];

    public ProtoText Varint(int field, ulong value)
    {
        Append((ulong)field << 3);
        Append(value);
        return this;
    }

    public ProtoText Bytes(int field, params byte[] content)
    {
        Append(((ulong)field << 3) | 2);
        Append((ulong)content.Length);
        bytes.AddRange(content);
        return this;
    }

    public ProtoText Text(int field, string text) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(text));

    public ProtoText Message(int field, ProtoText message) => Bytes(field, message.ToArray());

    public ProtoText Float(int field, float value)
    {
        Append(((ulong)field << 3) | 5);
        bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public ProtoText Double(int field, double value)
    {
        Append(((ulong)field << 3) | 1);
        bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    private void Append(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
