using SensorPipeline.Storage.Disks;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Storage.Archives;

/// <summary>
/// The states of idle sensors in one file of records. A checkpoint says which record is whose, so a record it refers to must last as long as it does: what is released is written over only when both kept
/// checkpoints are younger than its release. <see cref="Add"/>, <see cref="Read"/>, <see cref="Release"/> and <see cref="BeginCheckpoint"/> belong to the graph's thread, the rest to that of the checkpoints.
/// </summary>
public sealed class StateArchive : IStateArchive, IDisposable
{
    private readonly IDisk disk;
    private readonly bool isReadOnly;
    private readonly Lock gate = new();

    // Released since the last checkpoint began; before it began; before the one that was written last.
    private List<int> released = [];
    private List<int> before = [];
    private List<int> older = [];
    private Stack<int> reusable = new();
    private byte[] record = [];
    private IDiskFile? file;
    private int records;
    private bool isFull;
    private volatile bool hasChanged;
    private volatile string? fault;

    private StateArchive(IDisk disk, TimeSpan idleAfter, bool isReadOnly)
    {
        this.disk = disk;
        this.isReadOnly = isReadOnly;
        IdleAfter = idleAfter;
    }

    /// <inheritdoc/>
    public TimeSpan IdleAfter { get; }

    private string Path => disk.PathOf(ArchiveFormat.Name);

    /// <summary>Bytes on disk.</summary>
    public long Bytes => records == 0 ? 0 : ArchiveFormat.HeaderBytes + ((long)records * record.Length);

    /// <summary>The archive of a directory; its file begins with the first state.</summary>
    /// <param name="disk">The directory.</param>
    /// <param name="idleAfter">How long a sensor says nothing before its state is set aside.</param>
    public static StateArchive Open(IDisk disk, TimeSpan idleAfter) => new(disk, idleAfter, isReadOnly: false);

    /// <summary>The archive of a directory that belongs to another process: states are read and none is added.</summary>
    public static StateArchive OpenToRead(IDisk disk) => new(disk, TimeSpan.MaxValue, isReadOnly: true);

    /// <inheritdoc/>
    public long Add(ReadOnlySpan<byte> state)
    {
        if (isReadOnly || isFull || fault is not null)
        {
            return -1;
        }

        try
        {
            return TryOpen(state.Length, Opening.OrBegin) ? Write(state) : -1;
        }
        catch (DiskFullException)
        {
            isFull = true;
            return -1;
        }
        catch (IOException broken)
        {
            fault = broken is StorageException ? broken.Message : $"{Path}: {broken.Message}";
            return -1;
        }
    }

    /// <inheritdoc/>
    public void Read(long name, Span<byte> state)
    {
        int number = ArchiveFormat.NumberOf(name);
        try
        {
            TryOpen(state.Length, Opening.Required);
            if (number >= records || file!.Read(PositionOf(number), record) < record.Length || !ArchiveFormat.Holds(record, name))
            {
                throw new StorageException(Path, $"record {number} does not hold the state that the checkpoint refers to");
            }
        }
        catch (IOException broken) when (broken is not StorageException)
        {
            throw new StorageException(Path, $"cannot be read: {broken.Message}", broken);
        }

        record.AsSpan(ArchiveFormat.RecordHeaderBytes).CopyTo(state);
    }

    /// <inheritdoc/>
    public void Release(long name)
    {
        lock (gate)
        {
            released.Add(ArchiveFormat.NumberOf(name));
        }
    }

    /// <inheritdoc/>
    public void Hold(ReadOnlySpan<long> names, int stateBytes)
    {
        var kept = new HashSet<int>(names.Length);
        foreach (long name in names)
        {
            kept.Add(ArchiveFormat.NumberOf(name));
        }

        int last = kept.Count == 0 ? -1 : kept.Max();
        try
        {
            if (!TryOpen(stateBytes, last >= 0 ? Opening.Required : Opening.IfThere))
            {
                return;
            }
        }
        catch (IOException broken) when (broken is not StorageException)
        {
            throw new StorageException(Path, $"cannot be opened: {broken.Message}", broken);
        }

        if (last >= records)
        {
            throw new StorageException(Path, $"ends before record {last}, to which the checkpoint refers");
        }

        // The checkpoint before may refer to any of the others.
        lock (gate)
        {
            released = [.. Enumerable.Range(0, records).Where(number => !kept.Contains(number))];
            (before, older, reusable) = ([], [], new Stack<int>());
        }
    }

    /// <summary>The graph's state is being copied for a checkpoint. If there was no room, there may be some now.</summary>
    public void BeginCheckpoint()
    {
        isFull = false;
        lock (gate)
        {
            before.AddRange(released);
            released.Clear();
        }
    }

    /// <summary>Makes what the checkpoint refers to durable, before it is written. Returns the fault, or null.</summary>
    public string? Synchronize()
    {
        if (!hasChanged || fault is not null)
        {
            return fault;
        }

        hasChanged = false;
        try
        {
            // By a handle of its own: the graph's thread may be writing.
            using IDiskFile another = disk.Open(ArchiveFormat.Name, write: true);
            another.Sync();
            disk.SyncDirectory();
        }
        catch (IOException broken)
        {
            fault = $"{Path}: {broken.Message}";
        }

        return fault;
    }

    /// <summary>The checkpoint that was begun has been written.</summary>
    public void EndCheckpoint()
    {
        lock (gate)
        {
            older.ForEach(reusable.Push);
            (older, before) = (before, older);
            before.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    private long Write(ReadOnlySpan<byte> state)
    {
        int number = TakeReusable() ?? records;
        state.CopyTo(record.AsSpan(ArchiveFormat.RecordHeaderBytes));
        long name = ArchiveFormat.Seal(record, number);
        file!.Write(PositionOf(number), record);
        records = Math.Max(records, number + 1);
        hasChanged = true;
        return name;
    }

    private int? TakeReusable()
    {
        lock (gate)
        {
            return reusable.TryPop(out int number) ? number : null;
        }
    }

    private long PositionOf(int number) => ArchiveFormat.HeaderBytes + ((long)number * record.Length);

    private bool TryOpen(int stateBytes, Opening how)
    {
        if (file is not null)
        {
            return true;
        }

        byte[] header = ArchiveFormat.Header(stateBytes), found = new byte[header.Length];
        IDiskFile? opened = disk.List().Contains(ArchiveFormat.Name) ? disk.Open(ArchiveFormat.Name, write: !isReadOnly) : null;
        if (opened is null || opened.Read(0, found) < found.Length || !found.AsSpan().SequenceEqual(header))
        {
            opened?.Dispose();
            if (how == Opening.Required)
            {
                throw new StorageException(Path, opened is null ? "is missing, and the checkpoint refers to it" : "is damaged, or was written by another version");
            }

            opened = how == Opening.OrBegin ? Create(header) : null;
        }

        file = opened;
        if (file is not null)
        {
            record = new byte[ArchiveFormat.RecordHeaderBytes + stateBytes];
            records = (int)((file.Length - header.Length + record.Length - 1) / record.Length);
            released.AddRange(Enumerable.Range(0, records));
        }

        return file is not null;
    }

    private enum Opening
    {
        IfThere,
        OrBegin,
        Required,
    }

    // What has no header is what a crash left of a beginning, or no checkpoint's.
    private IDiskFile Create(byte[] header)
    {
        using (IDiskFile empty = disk.List().Contains(ArchiveFormat.TemporaryName) ? disk.Open(ArchiveFormat.TemporaryName, write: true) : disk.Create(ArchiveFormat.TemporaryName))
        {
            empty.Write(0, header);
            empty.Sync();
        }

        disk.Rename(ArchiveFormat.TemporaryName, ArchiveFormat.Name);
        disk.SyncDirectory();
        return disk.Open(ArchiveFormat.Name, write: true);
    }
}
