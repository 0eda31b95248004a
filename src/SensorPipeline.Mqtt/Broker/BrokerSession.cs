using SensorPipeline.Mqtt.Connections;
using SensorPipeline.Mqtt.Packets;

namespace SensorPipeline.Mqtt.Broker;

/// <summary>What the broker knows of one client, connected or not. Every member is used under the exchange's lock.</summary>
internal sealed class BrokerSession(string clientId, DevelopmentBrokerOptions options)
{
    private readonly LinkedList<Delivery> inFlight = [];
    private readonly Dictionary<ushort, LinkedListNode<Delivery>> byId = [];
    private readonly Queue<(BrokerMessage Message, int Qos, bool Retain)> queue = [];
    private readonly PacketWriter unsent = new(256);
    private ushort lastId;
    private int outstanding;

    public string ClientId { get; } = clientId;

    public Dictionary<string, (MqttSubscription Subscription, byte[] Filter)> Subscriptions { get; } = [];

    /// <summary>QoS 2 identifiers of messages taken from the client and not yet released.</summary>
    public PacketIdSet Received { get; } = new();

    public BrokerConnection? Connection { get; set; }

    public uint ExpirySeconds { get; set; }

    /// <summary>When an absent client's session ends.</summary>
    public DateTimeOffset ExpiresAt { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>The will of a client that vanished, until its delay is over.</summary>
    public MqttWill? PendingWill { get; set; }

    public DateTimeOffset WillDue { get; set; }

    /// <summary>Sends or queues; false when it had to be dropped.</summary>
    public bool TryOffer(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> properties, int qos, bool retain, ref BrokerMessage? kept)
    {
        if (qos == 0)
        {
            return Connection is { } connection && TryWrite(connection, topic, payload, properties, retain);
        }

        if (queue.Count >= options.MaximumQueued)
        {
            return false;
        }

        kept ??= new BrokerMessage(topic.ToArray(), payload.ToArray(), properties.ToArray(), qos, retain);
        queue.Enqueue((kept, qos, retain));
        Connection?.Wake();
        return true;
    }

    private bool TryWrite(BrokerConnection connection, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> properties, bool retain)
    {
        int length = PublishPacket.LengthOf(connection.Version, 0, topic.Length, properties.Length, payload.Length);
        if (length > connection.Client.MaximumPacketSize || unsent.Length + length > options.MaximumUnsentBytes)
        {
            return false;
        }

        PublishPacket.Write(unsent, connection.Version, retain ? 1 : 0, topic, 0, PropertiesFor(connection, properties), payload);
        connection.Wake();
        return true;
    }

    private static ReadOnlySpan<byte> PropertiesFor(BrokerConnection connection, ReadOnlySpan<byte> properties) =>
        connection.Version == MqttProtocolVersion.V5 ? properties : default;

    /// <summary>A connection takes the session up: what was in flight goes out again, marked as repeated, before anything else.</summary>
    public void Resume(BrokerConnection connection)
    {
        Connection = connection;
        ExpiresAt = DateTimeOffset.MaxValue;
        PendingWill = null;
        unsent.Clear();
        outstanding = 0;
        foreach (Delivery delivery in inFlight)
        {
            delivery.Written = false;
        }
    }

    public void Fill(PacketWriter writer, BrokerConnection connection)
    {
        writer.Raw(unsent.WrittenSpan);
        unsent.Clear();
        foreach (Delivery delivery in inFlight.SkipWhile(delivery => delivery.Written).Take(connection.Client.ReceiveMaximum - outstanding))
        {
            Write(writer, connection, delivery, again: true);
        }

        while (outstanding == inFlight.Count && outstanding < connection.Client.ReceiveMaximum && writer.Length < SendPump.Chunk && queue.TryDequeue(out var next))
        {
            int length = PublishPacket.LengthOf(connection.Version, next.Qos, next.Message.Topic.Length, next.Message.Properties.Length, next.Message.Payload.Length);
            if (length <= connection.Client.MaximumPacketSize)
            {
                var delivery = new Delivery(next.Message, NextId(), next.Qos, next.Retain);
                byId[delivery.PacketId] = inFlight.AddLast(delivery);
                Write(writer, connection, delivery, again: false);
            }
        }
    }

    private void Write(PacketWriter writer, BrokerConnection connection, Delivery delivery, bool again)
    {
        delivery.Written = true;
        outstanding++;
        if (delivery.Released)
        {
            AcknowledgementPacket.Write(writer, PacketType.PubRel, delivery.PacketId);
            return;
        }

        int flags = (again ? 8 : 0) | (delivery.Qos << 1) | (delivery.Retain ? 1 : 0);
        BrokerMessage message = delivery.Message;
        PublishPacket.Write(writer, connection.Version, flags, message.Topic, delivery.PacketId, PropertiesFor(connection, message.Properties), message.Payload);
    }

    private ushort NextId()
    {
        do
        {
            lastId = (ushort)(lastId == ushort.MaxValue ? 1 : lastId + 1);
        }
        while (byId.ContainsKey(lastId));
        return lastId;
    }

    /// <summary>The client acknowledged; true when a PUBREL must follow.</summary>
    public bool OnAnswered(PacketType type, ushort packetId, MqttReason code)
    {
        if (!byId.TryGetValue(packetId, out LinkedListNode<Delivery>? node))
        {
            return type == PacketType.PubRec;
        }

        if (type == PacketType.PubRec && code < MqttReason.Unspecified)
        {
            node.Value.Released = true;
            return true;
        }

        outstanding -= node.Value.Written ? 1 : 0;
        inFlight.Remove(node);
        byId.Remove(packetId);
        return false;
    }

    private sealed record Delivery(BrokerMessage Message, ushort PacketId, int Qos, bool Retain)
    {
        public bool Written { get; set; }

        public bool Released { get; set; }
    }
}
