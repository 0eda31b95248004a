using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Log;

/// <summary>
/// The first 40 bytes of a record, little endian: CRC-32C of all that follows (4), bytes of the record (4), version (2),
/// reserved (2), inputs (4), bytes of text (4), reserved (4), first sequence (8), durable sequence (8). Inputs of 40 bytes each, the
/// text, and zeros up to a multiple of 8 follow.
/// </summary>
/// <param name="Checksum">CRC-32C of the record without these four bytes.</param>
/// <param name="Bytes">The whole record.</param>
/// <param name="Version">Format of the record.</param>
/// <param name="Inputs">How many inputs it holds.</param>
/// <param name="TextBytes">Length of the text.</param>
/// <param name="FirstSequence">Sequence of the first input.</param>
/// <param name="DurableSequence">
/// Inputs before this sequence had been synchronised when the record was written. It tells a torn tail, which nobody was promised,
/// from damage to what was promised.
/// </param>
internal readonly record struct RecordHeader(
    uint Checksum, int Bytes, ushort Version, int Inputs, int TextBytes, long FirstSequence, long DurableSequence)
{
    public const int Size = 40;
    public const int InputBytes = 40;
    public const int MaximumBytes = 64 << 20;
    public const ushort CurrentVersion = 1;

    /// <summary>Sequence after the record's last input.</summary>
    public long NextSequence => FirstSequence + Inputs;

    /// <summary>Whether lengths and sequences fit each other, as those of random bytes hardly ever do.</summary>
    public bool IsPlausible =>
        Bytes is >= Size and <= MaximumBytes && Inputs > 0 && TextBytes >= 0 && FirstSequence >= 0
        && Bytes == BytesFor(Inputs, TextBytes) && DurableSequence >= 0 && DurableSequence <= FirstSequence;

    /// <summary>Bytes of a record of so many inputs and so long a text.</summary>
    public static long BytesFor(int inputs, int textBytes) => (Size + ((long)inputs * InputBytes) + textBytes + 7) & ~7L;

    public static RecordHeader Read(ReadOnlySpan<byte> record) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(record),
        BinaryPrimitives.ReadInt32LittleEndian(record[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(record[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(record[12..]),
        BinaryPrimitives.ReadInt32LittleEndian(record[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[24..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[32..]));

    /// <summary>Fills <paramref name="record"/>, which has <see cref="BytesFor"/> bytes, with a batch.</summary>
    public static void WriteRecord(Span<byte> record, InputBatch batch, long durableSequence)
    {
        record[..Size].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], record.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(record[8..], CurrentVersion);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], batch.Count);
        BinaryPrimitives.WriteInt32LittleEndian(record[16..], batch.Text.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record[24..], batch.FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(record[32..], durableSequence);
        int inputBytes = batch.Count * InputBytes;
        WriteInputs(record.Slice(Size, inputBytes), batch.Inputs);
        Span<byte> text = record[(Size + inputBytes)..];
        batch.Text.CopyTo(text);
        text[batch.Text.Length..].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C.Compute(record[4..]));
    }

    /// <summary>The inputs of a whole record.</summary>
    public ReadOnlySpan<Input> InputsOf(ReadOnlySpan<byte> record) => MemoryMarshal.Cast<byte, Input>(record.Slice(Size, Inputs * InputBytes));

    /// <summary>The text of a whole record.</summary>
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> record) => record.Slice(Size + (Inputs * InputBytes), TextBytes);

    /// <summary>Three bytes behind an input's kind are padding that memory leaves undefined; on disk they are zero.</summary>
    private static void WriteInputs(Span<byte> bytes, ReadOnlySpan<Input> inputs)
    {
        MemoryMarshal.AsBytes(inputs).CopyTo(bytes);
        for (int offset = 0; offset < bytes.Length; offset += InputBytes)
        {
            ref byte kind = ref bytes[offset];
            Unsafe.WriteUnaligned(ref kind, (uint)kind);
        }
    }
}
