using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Log;

/// <summary>
/// Tells a torn tail from damage. A power cut may keep any part of what was written since the last synchronisation, a later
/// record without an earlier one included. But a record that says inputs behind the bad place had been durable when it was written
/// proves that the bad place was durable too.
/// </summary>
internal static class TornTail
{
    private const int Step = 8;
    private const int ChunkBytes = 1 << 20;

    /// <summary>Whether inputs from <paramref name="sequence"/> on, which cannot be read at <paramref name="offset"/>, had been committed.</summary>
    public static bool IsPromised(IDiskFile file, long offset, long length, long sequence)
    {
        byte[] chunk = GC.AllocateUninitializedArray<byte>((int)Math.Min(ChunkBytes, length - offset));
        while (length - offset >= RecordHeader.Size)
        {
            int count = file.Read(offset, chunk.AsSpan(0, (int)Math.Min(chunk.Length, length - offset)));
            int headers = (count - RecordHeader.Size + Step) / Step;
            if (headers <= 0)
            {
                return false;
            }

            for (int i = 0; i < headers; i++)
            {
                RecordHeader header = RecordHeader.Read(chunk.AsSpan(i * Step));
                if (header.IsPlausible && header.DurableSequence > sequence && IsSound(file, offset + (i * Step), header))
                {
                    return true;
                }
            }

            offset += headers * Step;
        }

        return false;
    }

    private static bool IsSound(IDiskFile file, long offset, RecordHeader header)
    {
        byte[] record = new byte[header.Bytes];
        return file.Read(offset, record) == record.Length && Crc32C.Compute(record.AsSpan(sizeof(uint))) == header.Checksum;
    }
}
