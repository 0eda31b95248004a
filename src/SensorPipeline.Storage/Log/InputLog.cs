using SensorPipeline.Storage.Disks;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Log;

/// <summary>
/// The input log on disk: records in append-only segments. <see cref="Append"/> keeps a batch in memory, <see cref="Commit"/> writes
/// all that wait in one go and, where the log is durable, synchronises once. The two may run on different threads; of each one
/// thread at a time.
/// </summary>
public sealed class InputLog : IInputLog
{
    private readonly IDisk disk;
    private readonly InputLogOptions options;

    // Guards what Append touches.
    private readonly Lock appending = new();

    // Guards what Commit, Truncate and ReadFrom touch. Taken before the other where both are.
    private readonly Lock writing = new();
    private readonly List<Segment> closed = [];
    private Buffer<byte> pending = new();
    private Buffer<byte> taken = new();
    private SegmentWriter? active;
    private long nextSequence;
    private long takenEnd;
    private long written;
    private long committed;
    private long durable;
    private Exception? failure;

    private InputLog(IDisk disk, InputLogOptions options, LogRecoverer recovered)
    {
        this.disk = disk;
        this.options = options;
        closed.AddRange(recovered.Closed);
        active = recovered.Active;
        Recovery = recovered.Report;
        nextSequence = takenEnd = written = committed = durable = recovered.NextSequence;
    }

    /// <summary>What opening the log had to do.</summary>
    public LogRecovery Recovery { get; }

    /// <inheritdoc/>
    public long NextSequence => Volatile.Read(ref nextSequence);

    /// <summary>Inputs before this sequence are committed: what they came from may be acknowledged.</summary>
    public long CommittedSequence => Volatile.Read(ref committed);

    /// <summary>Bytes of all segments on disk.</summary>
    public long Bytes
    {
        get
        {
            lock (writing)
            {
                return TotalBytes();
            }
        }
    }

    /// <summary>
    /// Opens or begins the log of a directory. A torn tail is cut off and reported by <see cref="Recovery"/>. A log that ends before
    /// <paramref name="atLeast"/>, the sequence of the checkpoint, is begun anew there.
    /// </summary>
    /// <exception cref="LogDamagedException">Committed inputs cannot be read.</exception>
    /// <exception cref="StorageException">The directory cannot be used, or a newer version wrote the log.</exception>
    public static InputLog Open(IDisk disk, InputLogOptions options, long atLeast = 0)
    {
        options.Validate();
        try
        {
            var recoverer = new LogRecoverer(disk);
            recoverer.Recover(atLeast);
            return new InputLog(disk, options, recoverer);
        }
        catch (IOException fault) when (fault is not StorageException)
        {
            throw new StorageException(disk.PathOf("log"), $"cannot be opened: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="LogFullException">Too much waits for a commit; the batch was not taken.</exception>
    /// <exception cref="LogFailedException">The log has failed.</exception>
    public void Append(InputBatch batch)
    {
        long bytes = RecordHeader.BytesFor(batch.Count, batch.Text.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Math.Min(RecordHeader.MaximumBytes, options.PendingLimit), nameof(batch));
        ThrowIfFailed();
        lock (appending)
        {
            if (pending.Count > 0 && pending.Count + bytes > options.PendingLimit)
            {
                throw new LogFullException(disk.PathOf("log"), $"more than {options.PendingLimit} bytes wait for a commit");
            }

            batch.FirstSequence = nextSequence;
            if (batch.Count > 0)
            {
                RecordHeader.WriteRecord(pending.AddSpan((int)bytes), batch, Volatile.Read(ref durable));
                Volatile.Write(ref nextSequence, nextSequence + batch.Count);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="LogFullException">There is no room now. The batches are kept and the next call tries again.</exception>
    /// <exception cref="LogFailedException">The log has failed: nothing more will be committed.</exception>
    public void Commit()
    {
        lock (writing)
        {
            ThrowIfFailed();
            try
            {
                CommitAll();
            }
            catch (IOException fault) when (fault is not StorageException)
            {
                throw Translated(fault);
            }
        }
    }

    /// <summary>Makes every committed input survive a power cut, whatever the log promises; before a checkpoint that goes beyond them.</summary>
    /// <exception cref="LogFailedException">The log has failed.</exception>
    public void Synchronize()
    {
        lock (writing)
        {
            ThrowIfFailed();
            try
            {
                SyncActive();
            }
            catch (IOException fault)
            {
                throw Translated(fault);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Sees what was committed when it was called. A batch that begins before <paramref name="sequence"/> is given without those inputs.</remarks>
    /// <exception cref="LogDamagedException">The log cannot be read at a place.</exception>
    /// <exception cref="StorageException">Inputs from <paramref name="sequence"/> on are no longer, or never were, in the log.</exception>
    public IEnumerable<InputBatch> ReadFrom(long sequence)
    {
        lock (writing)
        {
            Segment[] segments = active is null ? [.. closed] : [.. closed, active.Segment];
            return new LogReader(disk, segments, written).ReadFrom(sequence);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Removes the closed segments of which every input lies before <paramref name="before"/>.</remarks>
    /// <exception cref="StorageException">A segment could not be removed.</exception>
    public void Truncate(long before)
    {
        lock (writing)
        {
            while (closed.Count > 0 && EndOfFirst() <= before)
            {
                Remove(closed[0]);
            }
        }
    }

    /// <summary>Closes the files. What was not committed is not written.</summary>
    public void Dispose()
    {
        lock (writing)
        {
            active?.Dispose();
            failure ??= new ObjectDisposedException(nameof(InputLog));
        }
    }

    private void CommitAll()
    {
        // First what an earlier commit found no room for.
        WriteTaken();
        TakePending();
        WriteTaken();
        if (options.Durability == Durability.Durable)
        {
            SyncActive();
        }

        Volatile.Write(ref committed, written);
    }

    private void TakePending()
    {
        lock (appending)
        {
            (pending, taken) = (taken, pending);
            takenEnd = nextSequence;
        }
    }

    private void WriteTaken()
    {
        if (taken.Count == 0)
        {
            return;
        }

        if (active?.Length >= options.SegmentBytes)
        {
            CloseActive(active);
        }

        if (TotalBytes() + taken.Count > options.MaximumBytes)
        {
            throw new LogFullException(disk.PathOf("log"), $"the log has reached its limit of {options.MaximumBytes} bytes");
        }

        active ??= SegmentWriter.Create(disk, written);
        active.Write(taken.Items);
        taken.Clear();
        written = takenEnd;
    }

    private void CloseActive(SegmentWriter full)
    {
        SyncActive();
        full.Dispose();
        closed.Add(full.Segment);
        active = null;
    }

    private void SyncActive()
    {
        if (active is { IsDirty: true })
        {
            active.Sync();
        }

        Volatile.Write(ref durable, written);
    }

    private long TotalBytes()
    {
        long total = active?.Length ?? 0;
        foreach (Segment segment in closed)
        {
            total += segment.Bytes;
        }

        return total;
    }

    private long EndOfFirst() => closed.Count > 1 ? closed[1].FirstSequence : active?.FirstSequence ?? written;

    /// <summary>One by one and each for good, so that a power cut never leaves a gap.</summary>
    private void Remove(Segment segment)
    {
        try
        {
            disk.Delete(segment.Name);
            closed.RemoveAt(0);
            disk.SyncDirectory();
        }
        catch (IOException fault)
        {
            throw new StorageException(disk.PathOf(segment.Name), $"cannot be removed: {fault.Message}", fault);
        }
    }

    /// <summary>Room can come back; any other fault of the disk ends the log, for nobody knows what it holds.</summary>
    private StorageException Translated(IOException fault)
    {
        if (fault is DiskFullException)
        {
            return new LogFullException(disk.PathOf("log"), "no space left on the disk", fault);
        }

        failure = fault;
        return Failed(fault);
    }

    private LogFailedException Failed(Exception fault) => new(disk.PathOf("log"), $"the input log has failed: {fault.Message}", fault);

    private void ThrowIfFailed()
    {
        ObjectDisposedException.ThrowIf(failure is ObjectDisposedException, this);
        if (failure is not null)
        {
            throw Failed(failure);
        }
    }
}
