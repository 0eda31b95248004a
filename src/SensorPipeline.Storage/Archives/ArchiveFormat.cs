using System.Buffers.Binary;

namespace SensorPipeline.Storage.Archives;

/// <summary>The bytes of a state archive: a header of 32 bytes, then records of one size, each behind its checksum and number.</summary>
internal static class ArchiveFormat
{
    public const string Name = "archive";
    public const string TemporaryName = "archive.tmp";
    public const int HeaderBytes = 32;
    public const int RecordHeaderBytes = 16;

    private const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "SPSTATES"u8;

    /// <summary>The header of an archive whose states have this many bytes.</summary>
    public static byte[] Header(int stateBytes)
    {
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), stateBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), Crc32C.Compute(header.AsSpan(0, 28)));
        return header;
    }

    /// <summary>Writes what stands before a state: CRC-32C of all that follows it, 0, the record's number. Returns the state's name: the record's number and 31 bits of the checksum.</summary>
    public static long Seal(Span<byte> record, int number)
    {
        record[..RecordHeaderBytes].Clear();
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C.Compute(record[4..]));
        return NameOf(record, number);
    }

    /// <summary>The record that a name names.</summary>
    public static int NumberOf(long name) => (int)name;

    /// <summary>Whether a record is whole and holds the state of this name.</summary>
    public static bool Holds(ReadOnlySpan<byte> record, long name) =>
        NameOf(record, NumberOf(name)) == name && BinaryPrimitives.ReadUInt32LittleEndian(record) == Crc32C.Compute(record[4..]);

    private static long NameOf(ReadOnlySpan<byte> record, int number) => ((long)(BinaryPrimitives.ReadInt32LittleEndian(record) & int.MaxValue) << 32) | (uint)number;
}
