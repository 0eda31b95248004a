using System.Buffers.Binary;
using System.Globalization;
using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Checkpoints;

/// <summary>
/// The name and the first 64 bytes of a checkpoint, little endian: magic (8), version (4), reserved (4), generation (8), next
/// sequence (8), options hash (8), bytes of state (8), reserved (8), CRC-32C of the state (4), CRC-32C of the 60 bytes before it (4).
/// The state follows and ends the file. Magic, version and the header's checksum stay where they are in every version.
/// </summary>
/// <param name="Generation">Counts checkpoints; the greatest is the newest.</param>
/// <param name="NextSequence">The first input the state does not know.</param>
/// <param name="OptionsHash">Hash of the options.</param>
/// <param name="StateBytes">Length of the state.</param>
/// <param name="StateChecksum">CRC-32C of the state.</param>
internal readonly record struct CheckpointFormat(long Generation, long NextSequence, ulong OptionsHash, long StateBytes, uint StateChecksum)
{
    public const int HeaderBytes = 64;
    public const uint Version = 1;
    public const string TemporaryName = "checkpoint.tmp";
    private const string Prefix = "checkpoint-";

    private static ReadOnlySpan<byte> Magic => "SPSTATE\n"u8;

    public static string Name(long generation) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{generation:x16}");

    /// <summary>Whether a file's name is one that <see cref="Name"/> gives.</summary>
    public static bool TryParseName(string name, out long generation)
    {
        generation = 0;
        return name.Length == Prefix.Length + 16
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out generation)
            && generation >= 0
            && name == Name(generation);
    }

    /// <summary>The numbers of a directory's checkpoints, newest first.</summary>
    public static List<long> Generations(IDisk disk)
    {
        var generations = new List<long>();
        foreach (string name in disk.List())
        {
            if (TryParseName(name, out long generation))
            {
                generations.Add(generation);
            }
        }

        generations.Sort((left, right) => right.CompareTo(left));
        return generations;
    }

    public void Write(Span<byte> header)
    {
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], Generation);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], NextSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], OptionsHash);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], StateBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[56..], StateChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(header[60..], Crc32C.Compute(header[..60]));
    }

    /// <summary>Reads a header; says what is wrong with it, or null. A later version is a fault of its own: the file is sound but not for this build.</summary>
    public static string? Read(ReadOnlySpan<byte> header, out CheckpointFormat format, out bool newer)
    {
        format = default;
        newer = false;
        if (header.Length < HeaderBytes || !header.StartsWith(Magic))
        {
            return "not a checkpoint";
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[60..]) != Crc32C.Compute(header[..60]))
        {
            return "the header's checksum does not match";
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        newer = version > Version;
        format = new CheckpointFormat(
            BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[56..]));
        return newer ? $"written by a newer version (format {version}; this build reads up to {Version})" : null;
    }
}
