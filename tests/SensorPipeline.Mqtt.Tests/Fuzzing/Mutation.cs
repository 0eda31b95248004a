namespace SensorPipeline.Mqtt.Tests.Fuzzing;

/// <summary>Damages a stream the way links, bugs and attackers do; the same generator gives the same damage.</summary>
internal static class Mutation
{
    // Lengths, ends of number ranges, and first bytes of packets.
    private static readonly byte[] Interesting = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x10, 0x20, 0x30, 0x32, 0x34, 0x38, 0x3D, 0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xA2, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0];

    public static byte[] Of(IReadOnlyList<byte[]> corpus, Random random)
    {
        List<byte> bytes = [.. corpus[random.Next(corpus.Count)]];
        for (int times = 1 << random.Next(4); times > 0 && bytes.Count > 1; times--)
        {
            Damage(bytes, corpus, random);
        }

        return [.. bytes];
    }

    private static void Damage(List<byte> bytes, IReadOnlyList<byte[]> corpus, Random random)
    {
        int at = random.Next(bytes.Count);
        int length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
        switch (random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2:
                bytes[at] += (byte)random.Next(-2, 3);
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(length, bytes.Count - 1));
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.Add((byte)random.Next(256));
                break;
            default:
                byte[] other = corpus[random.Next(corpus.Count)];
                int from = random.Next(other.Length);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(1, 64))]);
                break;
        }
    }
}
