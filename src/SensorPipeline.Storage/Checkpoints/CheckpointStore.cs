using SensorPipeline.Storage.Archives;
using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Checkpoints;

/// <summary>
/// Keeps the two newest checkpoints of a directory. A checkpoint is written under another name, synchronised, renamed, and the
/// directory synchronised: at any instant the newest file that is whole is a state that really was. One thread at a time.
/// </summary>
public sealed class CheckpointStore
{
    private const int KeptGenerations = 2;

    private readonly IDisk disk;
    private readonly StateArchive? archive;

    // Whole checkpoints, oldest first.
    private readonly List<Generation> kept = [];
    private readonly List<string> faults = [];
    private readonly Checkpoint? newest;
    private long lastGeneration;

    private CheckpointStore(IDisk disk, StateArchive? archive)
    {
        this.disk = disk;
        this.archive = archive;
        DeleteTemporary();
        disk.SyncDirectory();
        foreach (long generation in CheckpointFormat.Generations(disk))
        {
            lastGeneration = Math.Max(lastGeneration, generation);
            if (kept.Count < KeptGenerations && ReadWhole(generation) is { } checkpoint)
            {
                newest ??= checkpoint;
                kept.Insert(0, new Generation(generation, checkpoint.NextSequence));
            }
        }
    }

    /// <summary>
    /// What the log may forget: inputs before this sequence. It follows the older of the two kept checkpoints, so that the newer one may be
    /// lost; while there is only one it is 0.
    /// </summary>
    public long TruncationSequence => kept.Count < KeptGenerations ? 0 : kept[0].NextSequence;

    /// <summary>Opens or begins the checkpoints of a directory.</summary>
    /// <param name="disk">The directory.</param>
    /// <param name="archive">What the states in them refer to; null for nothing.</param>
    /// <exception cref="StorageException">The directory cannot be used, or a newer version wrote the newest checkpoint.</exception>
    public static CheckpointStore Open(IDisk disk, StateArchive? archive = null)
    {
        try
        {
            return new CheckpointStore(disk, archive);
        }
        catch (IOException fault) when (fault is not StorageException)
        {
            throw new StorageException(disk.PathOf("checkpoint"), $"cannot be opened: {fault.Message}", fault);
        }
    }

    /// <summary>The newest checkpoint as it was when the store was opened.</summary>
    public CheckpointReading ReadNewest() => new(newest, faults);

    /// <summary>To be called where the state is copied, by whom it belongs to; <see cref="Write"/> may come later and on another thread.</summary>
    public void Begin() => archive?.BeginCheckpoint();

    /// <summary>Writes a checkpoint. While it is written, and when it fails, the ones before it stand.</summary>
    public CheckpointWriting Write(long nextSequence, ulong optionsHash, ReadOnlySpan<byte> state)
    {
        if (archive?.Synchronize() is { } fault)
        {
            return new CheckpointWriting($"{fault}: the checkpoint was not written");
        }

        long generation = ++lastGeneration;
        string name = CheckpointFormat.Name(generation);
        try
        {
            CheckpointFile.WriteTemporary(disk, new CheckpointFormat(generation, nextSequence, optionsHash, state.Length, Crc32C.Compute(state)), state);
            disk.Rename(CheckpointFormat.TemporaryName, name);
            disk.SyncDirectory();
        }
        catch (IOException broken)
        {
            TryClean(DeleteTemporary);
            return new CheckpointWriting($"{disk.PathOf(name)}: the checkpoint was not written: {broken.Message}");
        }

        Keep(new Generation(generation, nextSequence));
        archive?.EndCheckpoint();
        TryClean(Prune);
        return default;
    }

    private Checkpoint? ReadWhole(long generation)
    {
        string name = CheckpointFormat.Name(generation);
        string? fault = CheckpointFile.Read(disk, name, generation, out Checkpoint? checkpoint, out bool newer);
        if (fault is not null && newer)
        {
            throw new StorageException(disk.PathOf(name), fault);
        }

        if (fault is not null)
        {
            faults.Add($"{disk.PathOf(name)}: {fault}");
        }

        return checkpoint;
    }

    private void Keep(Generation written)
    {
        kept.Add(written);
        if (kept.Count > KeptGenerations)
        {
            kept.RemoveAt(0);
        }
    }

    private void Prune()
    {
        foreach (long generation in CheckpointFormat.Generations(disk))
        {
            if (!kept.Exists(whole => whole.Number == generation))
            {
                disk.Delete(CheckpointFormat.Name(generation));
            }
        }
    }

    private void DeleteTemporary()
    {
        if (disk.List().Contains(CheckpointFormat.TemporaryName))
        {
            disk.Delete(CheckpointFormat.TemporaryName);
        }
    }

    /// <summary>What cannot be removed only takes room, and the next checkpoint tries again.</summary>
    private static void TryClean(Action clean)
    {
        try
        {
            clean();
        }
        catch (IOException)
        {
        }
    }

    private readonly record struct Generation(long Number, long NextSequence);
}
