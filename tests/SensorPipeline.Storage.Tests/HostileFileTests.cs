using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;
using SensorPipeline.Storage.Tests.Log;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Tests;

/// <summary>Files are input like any other: whatever they hold, the answer is a value or a storage fault, and memory stays bounded.</summary>
public sealed class HostileFileTests
{
    private const int Seeds = 2000;
    private static readonly InputLogOptions Options = new() { SegmentBytes = 4096 };

    [Fact]
    public void A_garbled_log_is_read_refused_or_cut_and_never_anything_else()
    {
        SimulatedDisk sound = SoundLog();
        int refused = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk disk = Garbled(sound, seed);
            try
            {
                using InputLog log = InputLog.Open(disk, Options);
                long from = LogInspection.Inspect(disk)[0].FirstSequence;
                Batches.Check(log, from);
            }
            catch (StorageException)
            {
                refused++;
                LogInspection.Repair(disk);
                InputLog.Open(disk, Options).Dispose();
            }
            catch (Exception other) when (other is not PowerCutException)
            {
                Assert.Fail($"seed {seed}: {other}");
            }
        }

        Assert.InRange(refused, Seeds / 4, Seeds - 10);
    }

    [Fact]
    public void A_garbled_checkpoint_is_passed_over()
    {
        var sound = new SimulatedDisk(new Random(1));
        CheckpointStore.Open(sound).Write(1, 1, new byte[300]);
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk disk = Garbled(sound, seed);
            Assert.True(CheckpointStore.Open(disk).ReadNewest().IsLost, $"seed {seed}");
        }
    }

    [Fact]
    public void A_length_that_claims_more_than_the_file_holds_takes_no_memory()
    {
        byte[] header = new byte[CheckpointFormat.HeaderBytes];
        new CheckpointFormat(1, 1, 1, Array.MaxLength, 0).Write(header);
        var disk = new SimulatedDisk(new Random(1));
        disk.Put("checkpoint-0000000000000001", header);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(CheckpointStore.Open(disk).ReadNewest().IsLost);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Numbers_come_back_bit_for_bit()
    {
        double[] values = [-0.0, 0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 1e308, 0.1, BitConverter.Int64BitsToDouble(1L << 52)];
        var disk = new SimulatedDisk(new Random(1));
        using InputLog log = InputLog.Open(disk, Options);
        var batch = new InputBatch();
        foreach (double value in values)
        {
            batch.AddReading(int.MaxValue, EventTime.MaxValue, EventTime.None, value, new DeliveryKey(ulong.MaxValue));
        }

        log.Append(batch);
        log.Commit();
        InputBatch read = Assert.Single(log.ReadFrom(0));
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), read.Inputs.ToArray().Select(input => BitConverter.DoubleToInt64Bits(input.Value)));
        Assert.Equal(batch.Inputs.ToArray(), read.Inputs.ToArray());
    }

    private static SimulatedDisk SoundLog()
    {
        var disk = new SimulatedDisk(new Random(1));
        using InputLog log = InputLog.Open(disk, Options);
        for (int i = 0; i < 25; i++)
        {
            Batches.Commit(log, 10);
        }

        return disk;
    }

    /// <summary>One file of a sound disk, with noise written over it, a part of it moved, or its end gone.</summary>
    private static SimulatedDisk Garbled(SimulatedDisk sound, int seed)
    {
        var random = new Random(seed);
        var disk = new SimulatedDisk(new Random(seed));
        string[] names = [.. sound.List().Order(StringComparer.Ordinal)];
        string victim = names[random.Next(names.Length)];
        foreach (string name in names)
        {
            byte[] content = sound.ContentOf(name).ToArray();
            disk.Put(name, name == victim ? Garble(content, random) : content);
        }

        return disk;
    }

    private static byte[] Garble(byte[] content, Random random)
    {
        int start = random.Next(content.Length);
        int length = random.Next(1, content.Length - start + 1);
        Span<byte> part = content.AsSpan(start, length);
        switch (random.Next(4))
        {
            case 0:
                random.NextBytes(part);
                break;
            case 1:
                part.Fill((byte)(content[start] ^ 0xff));
                break;
            case 2:
                part[0] ^= 1;
                content[random.Next(content.Length)] ^= 0x80;
                break;
            default:
                return content[..start];
        }

        return content;
    }
}
