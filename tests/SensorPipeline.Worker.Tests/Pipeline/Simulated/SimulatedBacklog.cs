using SensorPipeline.Mqtt.Connections;
using SensorPipeline.Mqtt.Packets;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Tests.Pipeline.Simulated;

/// <summary>
/// One session of mosquitto before 2.0.13 with all it holds in flight under as many identifiers as there are: it reads few acknowledgements while it
/// sends, and begins every connection with what it has taken none for. A release that it could not write is forgotten: the message is published again.
/// </summary>
internal sealed class SimulatedBacklog(int messages, Random random)
{
    private const int Identifiers = 65_535;

    private readonly Stage[] stages = new Stage[messages];
    private readonly bool[] sentBefore = new bool[messages];
    private int first;

    private enum Stage : byte
    {
        Publish,
        Sent,
        Release,
        Released,
        Done,
    }

    /// <summary>How often a message was published again though its receipt was known.</summary>
    public int Forgotten { get; private set; }

    public bool IsEmpty => first == messages;

    public static bool IsExactlyOnce(int message) => message % 2 == 1;

    /// <summary>Connects, sends until the window is full or the wire is cut, and reads some of what it is answered.</summary>
    public void Connect(ReceiveWindow window, Action<int, DeliveryKey> deliver)
    {
        Reset();
        var answers = new List<(PacketType Type, ushort Id)>();
        int packets = random.Next(3) == 0 ? random.Next(20_000) : int.MaxValue;
        bool fits = true;
        for (int message = first; message < messages && packets > 0 && fits; message++)
        {
            switch (stages[message])
            {
                case Stage.Release:
                    stages[message] = Stage.Released;
                    window.Forget(IdOf(message));
                    answers.Add((PacketType.PubComp, IdOf(message)));
                    packets--;
                    break;
                case Stage.Publish:
                    fits = TrySend(message, window, deliver);
                    packets--;
                    break;
            }

            if (message % 1000 == 0)
            {
                Acknowledge(window, answers);
            }
        }

        Acknowledge(window, answers);
        foreach ((PacketType type, ushort id) in answers.Take(random.Next(3) == 0 ? 0 : random.Next(answers.Count + 1)))
        {
            Take(type, id);
        }
    }

    private static ushort IdOf(int message) => (ushort)((message % Identifiers) + 1);

    private void Reset()
    {
        for (int message = first; message < messages; message++)
        {
            Forgotten += stages[message] == Stage.Release ? 1 : 0;
            stages[message] = stages[message] switch
            {
                Stage.Done => Stage.Done,
                Stage.Released => Stage.Release,
                _ => Stage.Publish,
            };
        }
    }

    private bool TrySend(int message, ReceiveWindow window, Action<int, DeliveryKey> deliver)
    {
        int qos = IsExactlyOnce(message) ? 2 : 1;
        Span<PublishPacket> packet = [new PublishPacket { PacketId = IdOf(message), Flags = (byte)((qos << 1) | (sentBefore[message] ? 8 : 0)), PayloadLength = 1 }];
        bool fits = window.TryAdd(packet, out int delivered, out long position);
        if (delivered > 0)
        {
            // Two of three messages say something new.
            ulong content = message % 3 == 0 ? 7 : (ulong)message + 100;
            deliver(message, new DeliveryKey(IdOf(message), sentBefore[message], content));
        }

        window.Release(position);
        stages[message] = Stage.Sent;
        sentBefore[message] = true;
        return fits;
    }

    private static void Acknowledge(ReceiveWindow window, List<(PacketType Type, ushort Id)> answers)
    {
        var writer = new PacketWriter(1 << 16);
        window.Drain(writer);
        for (ReadOnlySpan<byte> bytes = writer.WrittenSpan; !bytes.IsEmpty; bytes = bytes[(2 + bytes[1])..])
        {
            if (bytes[1] >= 2)
            {
                answers.Add(((PacketType)(bytes[0] >> 4), (ushort)((bytes[2] << 8) | bytes[3])));
            }
        }
    }

    // The first message that has the identifier is meant, whatever else has it.
    private void Take(PacketType type, ushort id)
    {
        int message = first + ((id - 1 - (first % Identifiers) + Identifiers) % Identifiers);
        while (message < messages && stages[message] == Stage.Done)
        {
            message += Identifiers;
        }

        if (message < messages)
        {
            stages[message] = type == PacketType.PubRec ? Stage.Released : Stage.Done;
        }

        while (first < messages && stages[first] == Stage.Done)
        {
            first++;
        }
    }
}
