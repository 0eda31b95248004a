using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>Takes a packet that is no message; anything but success refuses it.</summary>
internal delegate MqttReason PacketHandler(PacketType type, ReadOnlySpan<byte> body);

/// <summary>
/// Cuts what a read brought into packets: complete messages are collected, every other packet goes to the connection at once, in order.
/// What is incomplete is left for the next read, and nothing is reserved on the word of a declared length.
/// </summary>
internal sealed class BatchReader(MqttClientOptions options, Counters counters, PacketHandler handle)
{
    private readonly IncomingAliases aliases = new(options.TopicAliasMaximum);
    private PublishPacket[] batch = new PublishPacket[256];
    private int count;
    private int needed;
    private long skip;
    private volatile bool stopped;

    /// <summary>Whether messages may come already.</summary>
    public bool TakesMessages { get; set; }

    /// <summary>The messages of the last read; those passed over have a negative payload length.</summary>
    public Span<PublishPacket> Batch => batch.AsSpan(0, count);

    /// <summary>Whether one of them wants an acknowledgement.</summary>
    public bool Identified { get; private set; }

    /// <summary>The topics of the batch that were sent as numbers.</summary>
    public ReadOnlySpan<byte> AliasText => aliases.Text;

    /// <summary>The packet read last: after a refusal, the one that was refused.</summary>
    public FixedHeader Last { get; private set; }

    /// <summary>What comes now is thrown away.</summary>
    public void Stop() => stopped = true;

    /// <summary>Reads as far as packets are complete. What was not consumed comes again, with more behind it.</summary>
    public MqttReason Read(ReadOnlySpan<byte> bytes, out int consumed)
    {
        count = 0;
        consumed = (int)Math.Min(skip, bytes.Length);
        skip -= consumed;
        if (stopped || bytes.Length - consumed < needed)
        {
            consumed = stopped ? bytes.Length : consumed;
            return MqttReason.Success;
        }

        Identified = false;
        aliases.BeginBatch();
        return Parse(bytes, ref consumed);
    }

    private MqttReason Parse(ReadOnlySpan<byte> bytes, ref int consumed)
    {
        int packets = 0;
        int start = consumed;
        int end = start;
        needed = 0;
        MqttReason reason;
        FixedHeader header;
        while (FixedHeader.TryRead(bytes[end..], out header, out reason))
        {
            if (header.PacketLength > options.MaximumPacketSize)
            {
                if (!TryPassOver(bytes[(end + header.HeaderLength)..], header, out reason))
                {
                    break;
                }

                skip = Math.Max(0, header.PacketLength - (bytes.Length - end));
                end = (int)Math.Min(bytes.Length, (long)end + header.PacketLength);
                continue;
            }

            int body = end + header.HeaderLength;
            int next = end + header.PacketLength;
            if (next > bytes.Length)
            {
                needed = header.PacketLength;
                break;
            }

            end = next;
            packets++;
            reason = header.Type == PacketType.Publish && TakesMessages
                ? ReadMessage(bytes, header.First, body, next)
                : handle(header.Type, bytes[body..next]);
            if (reason != MqttReason.Success || stopped)
            {
                break;
            }
        }

        Last = header;
        consumed = end;
        Interlocked.Add(ref counters.PacketsIn, packets);
        Interlocked.Add(ref counters.BytesIn, end - start);
        return reason;
    }

    private MqttReason ReadMessage(ReadOnlySpan<byte> bytes, byte first, int start, int end)
    {
        ref PublishPacket packet = ref Next();
        MqttReason reason = PublishPacket.TryRead(bytes, first, start, end, options.ProtocolVersion, out packet);
        if (reason == MqttReason.Success && packet.TopicAlias != 0)
        {
            reason = aliases.Resolve(bytes, ref packet);
        }

        if (reason == MqttReason.Success)
        {
            Identified |= packet.PacketId != 0;
            count++;
        }

        return reason;
    }

    private ref PublishPacket Next()
    {
        if (count == batch.Length)
        {
            Array.Resize(ref batch, count * 2);
        }

        return ref batch[count];
    }

    /// <summary>
    /// Refuses an oversized packet, except for a message of MQTT 3.1.1, whose broker cannot know our limit and would send it again for
    /// ever: that one is acknowledged in its turn and its bytes are thrown away as they come.
    /// </summary>
    private bool TryPassOver(ReadOnlySpan<byte> body, FixedHeader header, out MqttReason reason)
    {
        reason = MqttReason.Success;
        if (!TakesMessages || header.Type != PacketType.Publish || options.ProtocolVersion == MqttProtocolVersion.V5)
        {
            reason = MqttReason.PacketTooLarge;
            return false;
        }

        bool identified = (header.First & 0x06) != 0;
        int topicEnd = body.Length < 2 ? 2 : 2 + ((body[0] << 8) | body[1]);
        int wanted = identified ? topicEnd + 2 : topicEnd;
        if (body.Length < wanted)
        {
            needed = header.HeaderLength + wanted;
            return false;
        }

        Interlocked.Increment(ref counters.Oversized);
        if (identified)
        {
            Next() = new PublishPacket
            {
                PacketId = (ushort)((body[topicEnd] << 8) | body[topicEnd + 1]),
                Flags = (byte)(header.First & 0x0F),
                PayloadLength = -1,
            };
            Identified = true;
            count++;
        }

        return true;
    }
}
