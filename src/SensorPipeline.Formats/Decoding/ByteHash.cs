using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        if (bytes.Length < 16)
        {
            return bytes.Length >= 8 ? Mix(hash, Word(ref start, 0), Word(ref start, bytes.Length - 8)) | 1 : Mix(hash, Short(bytes), 0) | 1;
        }

        for (int i = 0; i < bytes.Length - 16; i += 16)
        {
            hash = Mix(hash, Word(ref start, i), Word(ref start, i + 8));
        }

        // The last words reach back over bytes already taken rather than byte by byte.
        return Mix(hash, Word(ref start, bytes.Length - 16), Word(ref start, bytes.Length - 8)) | 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte start, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));

    // One multiplication for two words; either factor holds a number that nobody outside knows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong one, ulong other)
    {
        (ulong a, ulong b) = (hash ^ one, Salt ^ BitOperations.RotateLeft(hash, 32) ^ other);

        // Multiplying again is quicker than fetching the lower half, which the first multiplication leaves in memory.
        return Math.BigMul(a, b, out _) ^ (a * b) ^ Seed;
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
