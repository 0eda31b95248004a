using System.Buffers.Binary;
using System.Numerics;

namespace SensorPipeline.Streams.Inputs;

/// <summary>
/// A 64-bit hash of bytes that is the same in every process and on every machine, so it may be stored. Not for defence: who chooses the bytes
/// can make two of them collide.
/// </summary>
public static class ContentHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xBF58476D1CE4E5B9;

    /// <summary>The hash of some bytes, continuing from another hash.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong start = 0)
    {
        ulong hash = (start ^ (ulong)bytes.Length) * First;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            rest |= (ulong)bytes[i] << (8 * i);
        }

        hash = Mix(hash, rest);
        return hash ^ (hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong word) => BitOperations.RotateLeft((hash ^ word) * Second, 29) * First;
}
