using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SensorPipeline.Worker.Bench;

/// <summary>The bare bytes of MQTT 3.1.1 that a baseline needs: no client of ours is in them.</summary>
internal static class RawPackets
{
    /// <summary>How many sensors the messages come from.</summary>
    public const int Sensors = 2000;

    /// <summary>The digits of a message's time in milliseconds, at the end before the bracket.</summary>
    public const int TimeDigits = 13;

    /// <summary>The filter that takes all of them.</summary>
    public const string Filter = "sensors/#";

    public static byte[] Connect(string clientId) => Packet(0x10, [0, 4, .. "MQTT"u8, 4, 2, 0, 0, .. Text(clientId)]);

    public static byte[] Subscribe(int qos) => Packet(0x82, [0, 1, .. Text(Filter), (byte)qos]);

    public static string Topic(int sensor) => string.Create(CultureInfo.InvariantCulture, $"sensors/site-{sensor % 4}/dev-{sensor:0000}/temperature");

    /// <summary>The nth message's payload: a level of the sensor's own, and noise near enough to Gaussian, the same in each run.</summary>
    public static byte[] Payload(int n)
    {
        double noise = 0;
        for (uint i = 1; i <= 6; i++)
        {
            noise += ((uint)n * 6 + i) * 2654435761u / 4294967296.0 - 0.5;
        }

        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"value\":{20 + (n % Sensors % 7) + (noise / 2):F4},\"ts\":{1763700000000}}}"));
    }

    /// <summary>The nth message; <paramref name="id"/> counts with QoS 1 only. <paramref name="v5"/> leaves room for properties.</summary>
    public static byte[] Publish(int n, int qos, int id, bool v5 = false)
    {
        byte[] identifier = qos > 0 ? [(byte)(id >> 8), (byte)id] : [];
        return Packet((byte)(0x30 | (qos << 1)), [.. Text(Topic(n % Sensors)), .. identifier, .. v5 ? new byte[1] : [], .. Payload(n)]);
    }

    /// <summary>Many messages in a row, from one sensor after the other.</summary>
    public static byte[] Block(int count, int qos, int firstId, bool v5 = false) => [.. Enumerable.Range(0, count).SelectMany(i => Publish(i, qos, firstId + i, v5))];

    /// <summary>The length of the packet that begins here, or 0 when more bytes are needed to tell or to hold it.</summary>
    public static int Frame(ReadOnlySpan<byte> bytes)
    {
        int length = 0;
        for (int i = 1; i < bytes.Length && i < 5; i++)
        {
            length |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if (bytes[i] < 0x80)
            {
                return bytes.Length >= length + i + 1 ? length + i + 1 : 0;
            }
        }

        return 0;
    }

    private static byte[] Packet(byte first, byte[] body) => body.Length < 128
        ? [first, (byte)body.Length, .. body]
        : [first, (byte)(0x80 | (body.Length & 0x7F)), (byte)(body.Length >> 7), .. body];

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)bytes.Length);
        return [.. length, .. bytes];
    }
}
