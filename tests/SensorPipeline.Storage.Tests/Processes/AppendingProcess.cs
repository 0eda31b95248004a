using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Log;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Tests.Processes;

/// <summary>A process that recovers, then appends, commits and writes checkpoints, and prints what it may acknowledge: one sequence a line.</summary>
public static class AppendingProcess
{
    public const int StorageFailed = 74;

    private static readonly InputLogOptions Options = new() { SegmentBytes = 64 << 10, MaximumBytes = 8 << 20 };

    public static int Run(string directory, int commits)
    {
        try
        {
            Append(directory, commits);
            return 0;
        }
        catch (StorageException fault)
        {
            Console.Error.WriteLine(fault.Message);
            return StorageFailed;
        }
    }

    /// <summary>Recovers a directory and returns the state it leads to.</summary>
    public static Fingerprint Recover(string directory)
    {
        using StateDirectory state = StateDirectory.Open(directory);
        using InputLog log = Recover(state, CheckpointStore.Open(state.Disk), out Fingerprint fingerprint);
        return fingerprint;
    }

    private static InputLog Recover(StateDirectory state, CheckpointStore store, out Fingerprint fingerprint)
    {
        fingerprint = store.ReadNewest().Newest is { } newest ? Fingerprint.Load(newest) : default;
        InputLog log = InputLog.Open(state.Disk, Options, fingerprint.Count);
        foreach (InputBatch batch in log.ReadFrom(fingerprint.Count))
        {
            fingerprint = fingerprint.Observe(batch);
        }

        return log;
    }

    private static void Append(string directory, int commits)
    {
        using StateDirectory state = StateDirectory.Open(directory);
        CheckpointStore store = CheckpointStore.Open(state.Disk);
        using InputLog log = Recover(state, store, out Fingerprint fingerprint);
        Console.WriteLine($"recovered {fingerprint.Count}");
        for (int i = 1; i <= commits; i++)
        {
            InputBatch batch = Batches.At(log.NextSequence, 1 + (i % 100));
            log.Append(batch);
            fingerprint = fingerprint.Observe(batch);
            Commit(log);
            if (i % 10 == 0)
            {
                WriteCheckpoint(store, log, fingerprint);
            }
        }
    }

    private static void Commit(InputLog log)
    {
        try
        {
            log.Commit();
        }
        catch (LogFullException)
        {
            Console.WriteLine("full");
            log.Commit();
        }

        Console.WriteLine($"committed {log.CommittedSequence}");
    }

    private static void WriteCheckpoint(CheckpointStore store, InputLog log, Fingerprint fingerprint)
    {
        CheckpointWriting writing = store.Write(fingerprint.Count, 0, fingerprint.Save());
        Console.WriteLine(writing.IsWritten ? $"checkpoint {fingerprint.Count}" : "no checkpoint");
        log.Truncate(store.TruncationSequence);
    }
}
