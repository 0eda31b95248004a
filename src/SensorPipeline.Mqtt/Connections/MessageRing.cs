namespace SensorPipeline.Mqtt.Connections;

/// <summary>Messages in order, in one ring of entries and one of bytes; both grow with need up to their bounds. Not thread-safe.</summary>
internal sealed class MessageRing(int maximumBytes, int maximumMessages)
{
    private OutgoingMessage[] entries = new OutgoingMessage[16];
    private byte[] bytes = new byte[4096];
    private int end;

    /// <summary>The oldest message there is; messages are counted from 0 on.</summary>
    public long Head { get; private set; }

    /// <summary>The message that comes next.</summary>
    public long Tail { get; private set; }

    public ref OutgoingMessage this[long position] => ref entries[position & (entries.Length - 1)];

    public ReadOnlySpan<byte> TopicOf(in OutgoingMessage message) => bytes.AsSpan(message.Offset, message.TopicLength);

    public ReadOnlySpan<byte> PropertiesOf(in OutgoingMessage message) => bytes.AsSpan(message.Offset + message.TopicLength, message.PropertyLength);

    public ReadOnlySpan<byte> PayloadOf(in OutgoingMessage message) =>
        bytes.AsSpan(message.Offset + message.TopicLength + message.PropertyLength, message.PayloadLength);

    /// <summary>Copies a message to the end; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> payload, int qos, bool retain)
    {
        int length = topic.Length + properties.Length + payload.Length;
        if (Tail - Head >= maximumMessages || !TryMakeRoom(length, out int offset))
        {
            return false;
        }

        topic.CopyTo(bytes.AsSpan(offset));
        properties.CopyTo(bytes.AsSpan(offset + topic.Length));
        payload.CopyTo(bytes.AsSpan(offset + topic.Length + properties.Length));
        end = offset + length;
        Append(new OutgoingMessage
        {
            Offset = offset,
            TopicLength = topic.Length,
            PropertyLength = properties.Length,
            PayloadLength = payload.Length,
            Qos = (byte)qos,
            Retain = retain,
        });
        return true;
    }

    private void Append(in OutgoingMessage message)
    {
        if (Tail - Head == entries.Length)
        {
            entries = Ring.Grown(entries, Head, Tail);
        }

        this[Tail++] = message;
    }

    /// <summary>Lets go of what is done at the front.</summary>
    public void Trim()
    {
        while (Head < Tail && this[Head].State == OutgoingState.Done)
        {
            Head++;
        }
    }

    // The bytes of a message lie together. Free is what lies behind the end, or, once wrapped, up to the oldest message.
    private bool TryMakeRoom(int length, out int offset)
    {
        while (!TryFit(length, out offset))
        {
            int larger = (int)Math.Min(maximumBytes, Math.Max(bytes.Length * 2L, length + 1L));
            if (larger <= bytes.Length)
            {
                return false;
            }

            Regrow(larger);
        }

        return true;
    }

    private bool TryFit(int length, out int offset)
    {
        if (Head == Tail)
        {
            offset = 0;
            return length <= bytes.Length;
        }

        int oldest = this[Head].Offset;
        bool wrapped = end <= oldest;
        offset = wrapped || bytes.Length - end >= length ? end : 0;
        int room = wrapped ? oldest - end : offset == end ? bytes.Length - end : oldest;
        return length <= room;
    }

    private void Regrow(int size)
    {
        var larger = new byte[size];
        int at = 0;
        for (long i = Head; i < Tail; i++)
        {
            ref OutgoingMessage message = ref this[i];
            bytes.AsSpan(message.Offset, message.Length).CopyTo(larger.AsSpan(at));
            message.Offset = at;
            at += message.Length;
        }

        bytes = larger;
        end = at;
    }
}
