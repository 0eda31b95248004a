using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Checkpoints;

/// <summary>Writes and reads one checkpoint file.</summary>
internal static class CheckpointFile
{
    private const int ChunkBytes = 4 << 20;

    /// <summary>Writes a checkpoint under the temporary name and makes its content durable.</summary>
    public static void WriteTemporary(IDisk disk, CheckpointFormat format, ReadOnlySpan<byte> state)
    {
        using IDiskFile file = disk.Create(CheckpointFormat.TemporaryName);
        Span<byte> header = stackalloc byte[CheckpointFormat.HeaderBytes];
        format.Write(header);
        file.Write(0, header);
        for (int offset = 0; offset < state.Length; offset += ChunkBytes)
        {
            file.Write(CheckpointFormat.HeaderBytes + offset, state[offset..Math.Min(state.Length, offset + ChunkBytes)]);
        }

        file.Sync();
    }

    /// <summary>Reads a checkpoint; says what is wrong with it, or null.</summary>
    public static string? Read(IDisk disk, string name, long generation, out Checkpoint? checkpoint, out bool newer)
    {
        checkpoint = null;
        newer = false;
        using IDiskFile file = disk.Open(name, write: false);
        try
        {
            return Read(file, generation, out checkpoint, out newer);
        }
        catch (IOException unreadable)
        {
            return $"cannot be read: {unreadable.Message}";
        }
    }

    private static string? Read(IDiskFile file, long generation, out Checkpoint? checkpoint, out bool newer)
    {
        checkpoint = null;
        Span<byte> header = stackalloc byte[CheckpointFormat.HeaderBytes];
        string? fault = CheckpointFormat.Read(header[..file.Read(0, header)], out CheckpointFormat format, out newer) ?? FaultOf(format, generation, file);
        if (fault is not null)
        {
            return fault;
        }

        byte[] state = new byte[format.StateBytes];
        if (file.Read(CheckpointFormat.HeaderBytes, state) != state.Length || Crc32C.Compute(state) != format.StateChecksum)
        {
            return "the state's checksum does not match";
        }

        checkpoint = new Checkpoint(format.NextSequence, format.OptionsHash, state);
        return null;
    }

    /// <summary>The length is compared with the file's own before memory is taken for it.</summary>
    private static string? FaultOf(in CheckpointFormat format, long generation, IDiskFile file)
    {
        if (format.StateBytes < 0 || format.StateBytes > Array.MaxLength || file.Length != CheckpointFormat.HeaderBytes + format.StateBytes)
        {
            return $"{file.Length} bytes long where the header says {CheckpointFormat.HeaderBytes} + {format.StateBytes}";
        }

        return format.Generation != generation || format.NextSequence < 0 ? "the name does not match the header's generation" : null;
    }
}
