using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace SensorPipeline.Formats.Decoding;

/// <summary>
/// A fast hash of short byte strings for tables in memory. Its seed differs from process to process, so that nobody can send topics that all
/// fall into one place; nothing that leaves the process depends on it.
/// </summary>
internal static class ByteHash
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    /// <summary>The hash of some bytes, never 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Seed ^ ((ulong)bytes.Length * Odd);
        ReadOnlySpan<byte> rest = bytes;
        for (; rest.Length >= 8; rest = rest[8..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        // The last word reaches back over bytes already taken rather than byte by byte.
        ulong last = bytes.Length >= 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]) : Short(rest);
        return Mix(hash, last) | 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong word)
    {
        ulong high = Math.BigMul(hash ^ word, Odd ^ BitOperations.RotateLeft(hash, 32), out ulong low);
        return high ^ low ^ Seed;
    }

    private static ulong Short(ReadOnlySpan<byte> bytes)
    {
        ulong word = 0;
        foreach (byte b in bytes)
        {
            word = (word << 8) | b;
        }

        return word;
    }
}
