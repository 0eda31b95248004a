using System.Buffers.Binary;
using System.Globalization;

namespace SensorPipeline.Storage.Log;

/// <summary>
/// The name and the first 32 bytes of a segment, little endian: magic (8), version (4), reserved (4), first sequence (8),
/// reserved (4), CRC-32C of the bytes before it (4).
/// </summary>
internal static class SegmentFormat
{
    public const int HeaderBytes = 32;
    public const uint Version = 1;
    private const string Prefix = "log-";

    private static ReadOnlySpan<byte> Magic => "SPINPUT\n"u8;

    public static string Name(long firstSequence) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{firstSequence:x16}");

    /// <summary>Whether a file's name is one that <see cref="Name"/> gives.</summary>
    public static bool TryParseName(string name, out long firstSequence)
    {
        firstSequence = 0;
        return name.Length == Prefix.Length + 16
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out firstSequence)
            && firstSequence >= 0
            && name == Name(firstSequence);
    }

    public static void WriteHeader(Span<byte> header, long firstSequence)
    {
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], firstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], Crc32C.Compute(header[..28]));
    }

    /// <summary>What is wrong with a header, or null. A later version is a fault of its own: the file is sound but not for this build.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> header, long firstSequence, out bool newer)
    {
        newer = false;
        if (header.Length < HeaderBytes || !header.StartsWith(Magic))
        {
            return "not an input log segment";
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[28..]) != Crc32C.Compute(header[..28]))
        {
            return "the header's checksum does not match";
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        newer = version > Version;
        return newer
            ? $"written by a newer version (format {version}; this build reads up to {Version})"
            : BinaryPrimitives.ReadInt64LittleEndian(header[16..]) == firstSequence ? null : "the name does not match the header's first sequence";
    }
}
