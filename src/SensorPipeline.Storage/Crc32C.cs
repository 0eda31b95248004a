using System.Numerics;
using System.Runtime.InteropServices;

namespace SensorPipeline.Storage;

/// <summary>The Castagnoli checksum, as iSCSI and ext4 use it: reflected polynomial 0x82F63B78, start and end inverted.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of some bytes; by the processor's instruction where it has one.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte value in bytes[^(bytes.Length % sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
