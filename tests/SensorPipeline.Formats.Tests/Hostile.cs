using SensorPipeline.Formats.Tests.Decoding;

namespace SensorPipeline.Formats.Tests;

/// <summary>Bytes that no honest device sends, made from those it does.</summary>
internal static class Hostile
{
    /// <summary>Decodes a payload's prefixes, its mutations and noise; nothing may throw, and no reading may come without a finite value.</summary>
    public static void Attack(Bench bench, string topic, byte[] payload, int seed, int rounds = 20_000)
    {
        for (int length = 0; length < payload.Length; length++)
        {
            Check(bench, topic, payload[..length]);
        }

        var random = new Random(seed);
        for (int i = 0; i < rounds; i++)
        {
            byte[] mutated = [.. payload];
            for (int changes = random.Next(1, 5); changes > 0; changes--)
            {
                mutated[random.Next(mutated.Length)] = random.Next(4) switch
                {
                    0 => 0xFF,
                    1 => (byte)random.Next(32),
                    _ => (byte)random.Next(256),
                };
            }

            Check(bench, topic, mutated);
            byte[] noise = new byte[random.Next(0, 40)];
            random.NextBytes(noise);
            Check(bench, topic, noise);
        }
    }

    private static void Check(Bench bench, string topic, byte[] payload) =>
        Assert.All(bench.Decode(topic, payload), sample => Assert.True(double.IsFinite(sample.Value)));
}
