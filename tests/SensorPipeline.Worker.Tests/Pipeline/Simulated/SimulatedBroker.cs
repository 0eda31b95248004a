using System.Text;

namespace SensorPipeline.Worker.Tests.Pipeline.Simulated;

/// <summary>
/// One session of a broker that keeps MQTT 5 to the letter and never crashes: it sends again, in order and marked, what was not acknowledged when a
/// connection ended, and hands over what waits within its window.
/// </summary>
internal sealed class SimulatedBroker(Random random, IdentifierPolicy policy)
{
    private readonly Queue<(string Topic, string Payload, int Qos)> waiting = new();
    private readonly List<Delivery> inFlight = [];
    private readonly List<byte> received = [];
    private readonly int window = random.Next(1, 200);
    private Wire? wire;
    private ushort lastId = (ushort)random.Next(65536);
    private bool hasSession;
    private bool isAccepted;

    /// <summary>What was published to it, first time or again.</summary>
    public List<(string Topic, string Payload)> Published { get; } = [];

    /// <summary>How often a message was sent again.</summary>
    public int Repeats { get; private set; }

    /// <summary>How often its client left because more was in flight than it may be.</summary>
    public int Leavings { get; private set; }

    /// <summary>Whether it knows of a QoS 2 message that it was received, and not yet that it was released.</summary>
    public bool AwaitsCompletion => inFlight.Exists(delivery => delivery.IsReceived);

    public bool IsIdle => waiting.Count == 0 && inFlight.Count == 0;

    public void Publish((string Topic, string Payload, int Qos) message)
    {
        waiting.Enqueue(message);
        Pump();
    }

    public void Connect(Wire to)
    {
        received.Clear();
        isAccepted = false;
        wire = to;
    }

    /// <summary>The connection is gone, and what was under way with it.</summary>
    public void Disconnect()
    {
        isAccepted = false;
        wire = null;
    }

    public void Receive(byte[] bytes)
    {
        received.AddRange(bytes);
        while (TryTakePacket(out byte first, out byte[] body))
        {
            Handle(first, body);
        }
    }

    private bool TryTakePacket(out byte first, out byte[] body)
    {
        (first, body) = (0, []);
        int length = 0;
        for (int i = 1, shift = 0; i < received.Count; i++, shift += 7)
        {
            length |= (received[i] & 127) << shift;
            if (received[i] < 128)
            {
                if (received.Count < i + 1 + length)
                {
                    return false;
                }

                first = received[0];
                body = [.. received.GetRange(i + 1, length)];
                received.RemoveRange(0, i + 1 + length);
                return true;
            }
        }

        return false;
    }

    private void Handle(byte first, byte[] body)
    {
        ushort id = body.Length >= 2 ? (ushort)((body[0] << 8) | body[1]) : (ushort)0;
        switch (first >> 4)
        {
            case 1:
                Accept();
                break;
            case 3:
                Take(first, body);
                break;
            case 4:
            case 7:
                inFlight.RemoveAll(delivery => delivery.Id == id);
                Pump();
                break;
            case 5:
                foreach (Delivery delivery in inFlight.Where(delivery => delivery.Id == id))
                {
                    delivery.IsReceived = true;
                }

                Send(0x62, body.AsSpan(0, 2));
                break;
            case 8:
                Send(0x90, [body[0], body[1], 0, 2]);
                break;
            case 12:
                Send(0xD0, []);
                break;
            case 14:
                Leavings++;
                break;
        }
    }

    private void Accept()
    {
        Send(0x20, [hasSession ? (byte)1 : (byte)0, 0, 0]);
        hasSession = true;
        isAccepted = true;
        foreach (Delivery delivery in inFlight)
        {
            delivery.Id = policy == IdentifierPolicy.Renumbered ? (ushort)(inFlight.IndexOf(delivery) + 1) : delivery.Id;
        }

        // What a QoS 2 receiver has acknowledged once only waits for its release.
        foreach (Delivery delivery in inFlight)
        {
            if (delivery.IsReceived)
            {
                Send(0x62, [(byte)(delivery.Id >> 8), (byte)delivery.Id]);
            }
            else
            {
                Repeats++;
                Send(delivery, again: true);
            }
        }

        Pump();
    }

    private void Take(byte first, byte[] body)
    {
        int topicLength = (body[0] << 8) | body[1];
        string topic = Encoding.UTF8.GetString(body, 2, topicLength);
        int at = 2 + topicLength;
        if ((first & 6) != 0)
        {
            Send(0x40, body.AsSpan(at, 2));
            at += 2;
        }

        int properties = body[at];
        Published.Add((topic, Encoding.UTF8.GetString(body.AsSpan(at + 1 + properties))));
    }

    private void Pump()
    {
        while (isAccepted && inFlight.Count < window && waiting.TryDequeue(out (string Topic, string Payload, int Qos) message))
        {
            var delivery = new Delivery(message) { Id = NextId() };
            inFlight.Add(delivery);
            Send(delivery, again: false);
        }
    }

    private ushort NextId()
    {
        if (policy == IdentifierPolicy.Sequential)
        {
            return lastId = (ushort)((lastId % 65535) + 1);
        }

        ushort id = 1;
        while (inFlight.Exists(delivery => delivery.Id == id))
        {
            id++;
        }

        return id;
    }

    private void Send(Delivery delivery, bool again)
    {
        (string topic, string payload, int qos) = delivery.Message;
        byte[] text = Encoding.UTF8.GetBytes(topic);
        Send((byte)(0x30 | (qos << 1) | (again ? 8 : 0)),
            [(byte)(text.Length >> 8), (byte)text.Length, .. text, (byte)(delivery.Id >> 8), (byte)delivery.Id, 0, .. Encoding.UTF8.GetBytes(payload)]);
    }

    private void Send(byte first, ReadOnlySpan<byte> body) =>
        wire?.Send(body.Length < 128 ? [first, (byte)body.Length, .. body] : [first, (byte)((body.Length & 127) | 128), (byte)(body.Length >> 7), .. body]);

    private sealed class Delivery((string Topic, string Payload, int Qos) message)
    {
        public (string Topic, string Payload, int Qos) Message { get; } = message;

        public ushort Id { get; set; }

        public bool IsReceived { get; set; }
    }
}
