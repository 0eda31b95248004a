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

    private static readonly ulong Seed = Random();
    private static readonly ulong Salt = Random();

    /// <summary>The hash of some bytes, never 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Seed ^ ((ulong)bytes.Length * Odd);
        if (bytes.Length < 16)
        {
            return bytes.Length >= 8
                ? Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..])) | 1
                : Mix(hash, Short(bytes), 0) | 1;
        }

        for (ReadOnlySpan<byte> rest = bytes; rest.Length > 16; rest = rest[16..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
        }

        // The last words reach back over bytes already taken rather than byte by byte.
        return Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes[^16..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..])) | 1;
    }

    // One multiplication for two words; either factor holds a number that nobody outside knows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong one, ulong other)
    {
        ulong high = Math.BigMul(hash ^ one, Salt ^ BitOperations.RotateLeft(hash, 32) ^ other, out ulong low);
        return high ^ low ^ Seed;
    }

    private static ulong Random() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

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
