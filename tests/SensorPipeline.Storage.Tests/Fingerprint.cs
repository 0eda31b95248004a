using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Tests.Log;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Tests;

/// <summary>The hash of every input so far, in order: two logs that lead to the same one hold the same inputs.</summary>
public readonly record struct Fingerprint(long Count, ulong Hash)
{
    // The states after each number of inputs: the truth that no log has been through.
    private static readonly List<Fingerprint> Truth = [default];
    private static readonly Lock Growing = new();

    public static Fingerprint After(long count)
    {
        lock (Growing)
        {
            while (Truth.Count <= count)
            {
                Truth.Add(Truth[^1].Observe(Batches.At(Truth.Count - 1, 1)));
            }

            return Truth[(int)count];
        }
    }

    public static Fingerprint Load(Checkpoint checkpoint)
    {
        var state = new Fingerprint(BitConverter.ToInt64(checkpoint.State.Span), BitConverter.ToUInt64(checkpoint.State.Span[8..]));
        Assert.Equal(state.Count, checkpoint.NextSequence);
        return state;
    }

    public byte[] Save() => [.. BitConverter.GetBytes(Count), .. BitConverter.GetBytes(Hash)];

    public Fingerprint Observe(InputBatch batch)
    {
        Assert.Equal(Count, batch.FirstSequence);
        ulong hash = Hash;
        foreach (ref readonly Input input in batch.Inputs)
        {
            hash = Mix(Mix(Mix(hash, (ulong)input.Kind), (ulong)input.Arrival.Ticks), BitConverter.DoubleToUInt64Bits(input.Value));
            hash = input.Kind is InputKind.SensorAdded or InputKind.OptionsChanged ? Mix(hash, TextHash(batch.TextOf(input))) : Mix(hash, input.Key);
        }

        return new Fingerprint(Count + batch.Count, hash);
    }

    private static ulong TextHash(string text)
    {
        ulong hash = 0;
        foreach (char letter in text)
        {
            hash = Mix(hash, letter);
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 0x9E3779B97F4A7C15 ^ (hash >> 29);
}
