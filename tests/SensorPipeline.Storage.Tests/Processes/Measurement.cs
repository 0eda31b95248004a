using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Disks;
using SensorPipeline.Storage.Log;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Tests.Processes;

/// <summary>Measures the disk it is pointed at: <c>dotnet run -c Release -- measure DIRECTORY</c>.</summary>
public static class Measurement
{
    private const int BatchInputs = 100;
    private static readonly TimeProvider Clock = TimeProvider.System;

    public static int Run(string directory)
    {
        foreach (Durability durability in new[] { Durability.Relaxed, Durability.Durable })
        {
            foreach (int batches in new[] { 1, 10, 100 })
            {
                Append(directory, durability, batches);
            }
        }

        Read(directory);
        WriteCheckpoint(directory, 100 << 20);
        return 0;
    }

    private static void Append(string directory, Durability durability, int batchesPerCommit)
    {
        using InputLog log = Fresh(directory, durability);
        InputBatch batch = Readings();
        var commits = new List<double>();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Clock.GetTimestamp();
        while (commits.Count < 100_000 && log.NextSequence < 20_000_000 && Clock.GetElapsedTime(start) < TimeSpan.FromSeconds(2))
        {
            for (int i = 0; i < batchesPerCommit; i++)
            {
                log.Append(batch);
            }

            long before = Clock.GetTimestamp();
            log.Commit();
            commits.Add(Clock.GetElapsedTime(before).TotalMilliseconds);
        }

        double seconds = Clock.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        commits.Sort();
        Console.WriteLine(
            $"{durability}: {batchesPerCommit} batches of {BatchInputs} a commit: {log.NextSequence / seconds:N0} inputs/s, commit p50 {commits[commits.Count / 2]:F3} ms, "
            + $"p99 {commits[commits.Count * 99 / 100]:F3} ms, {(double)allocated / commits.Count:F0} B allocated a commit");
    }

    private static void Read(string directory)
    {
        const int Total = 5_000_000;
        using (InputLog log = Fresh(directory, Durability.Relaxed))
        {
            InputBatch batch = Readings();
            while (log.NextSequence < Total)
            {
                log.Append(batch);
                log.Commit();
            }
        }

        for (int round = 0; round < 3; round++)
        {
            long start = Clock.GetTimestamp();
            using InputLog log = InputLog.Open(new FileDisk(directory), new InputLogOptions());
            double opening = Clock.GetElapsedTime(start).TotalSeconds;
            start = Clock.GetTimestamp();
            long count = 0;
            double sum = 0;
            foreach (InputBatch batch in log.ReadFrom(0))
            {
                count += batch.Count;
                sum += batch.Inputs[0].Value;
            }

            Console.WriteLine($"read {count:N0} inputs at {count / Clock.GetElapsedTime(start).TotalSeconds:N0} inputs/s ({sum}); opening took {opening:F3} s");
        }
    }

    private static void WriteCheckpoint(string directory, int bytes)
    {
        CheckpointStore store = CheckpointStore.Open(new FileDisk(directory));
        byte[] state = new byte[bytes];
        new Random(1).NextBytes(state);
        long start = Clock.GetTimestamp();
        CheckpointWriting writing = store.Write(1, 1, state);
        Console.WriteLine($"checkpoint of {bytes:N0} bytes: {Clock.GetElapsedTime(start).TotalSeconds:F3} s ({(writing.IsWritten ? "written" : writing.Fault)})");
        start = Clock.GetTimestamp();
        CheckpointStore.Open(new FileDisk(directory));
        Console.WriteLine($"read back in {Clock.GetElapsedTime(start).TotalSeconds:F3} s");
    }

    private static InputLog Fresh(string directory, Durability durability)
    {
        Directory.CreateDirectory(directory);
        var disk = new FileDisk(directory);
        foreach (string name in disk.List())
        {
            disk.Delete(name);
        }

        return InputLog.Open(disk, new InputLogOptions { Durability = durability });
    }

    private static InputBatch Readings()
    {
        var batch = new InputBatch();
        for (int i = 0; i < BatchInputs; i++)
        {
            batch.AddReading(i, new EventTime(i), new EventTime(i), i * 1.1, new DeliveryKey((ushort)i, false, (ulong)i));
        }

        return batch;
    }
}
