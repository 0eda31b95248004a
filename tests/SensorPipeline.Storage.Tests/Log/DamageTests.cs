using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;

namespace SensorPipeline.Storage.Tests.Log;

public sealed class DamageTests
{
    private const string First = "log-0000000000000000";
    private static readonly InputLogOptions Options = new() { SegmentBytes = 1 << 20 };

    [Fact]
    public void Cut_at_every_length_the_log_ends_with_its_last_whole_batch()
    {
        byte[] whole = Written(counts: [1, 4, 2], out int[] ends);
        for (int length = 0; length <= whole.Length; length++)
        {
            var disk = new SimulatedDisk(new Random(1));
            disk.Put(First, whole.AsSpan(0, length));
            using InputLog log = InputLog.Open(disk, Options);
            int batches = ends.Count(end => end <= length);
            Assert.Equal(new long[] { 0, 1, 5, 7 }[batches], log.NextSequence);
            Assert.Equal(log.NextSequence, Batches.Check(log, 0));
            Assert.Equal(length is not 32 && !ends.Contains(length), log.Recovery.CutPath is not null);
            Batches.Commit(log, 3);
            Assert.Equal(log.NextSequence, Batches.Check(log, 0));
        }
    }

    [Fact]
    public void Any_flipped_bit_is_noticed_and_what_was_promised_is_not_cut_off()
    {
        byte[] whole = Written(counts: [1, 4, 2], out int[] ends);
        for (int offset = 0; offset < whole.Length; offset++)
        {
            var disk = new SimulatedDisk(new Random(1));
            disk.Put(First, whole);
            disk.Corrupt(First, offset, (byte)(1 << (offset % 8)));

            // Batches but the last are followed by one that says they were durable.
            if (offset < ends[^2])
            {
                var damage = Assert.Throws<LogDamagedException>(() => InputLog.Open(disk, Options));
                Assert.Equal(offset < 32 ? 0 : offset < ends[0] ? 32 : ends[0], damage.Offset);
                Assert.Contains(First, damage.Message, StringComparison.Ordinal);
                continue;
            }

            using InputLog log = InputLog.Open(disk, Options);
            Assert.Equal(5, Batches.Check(log, 0));
            Assert.Equal(ends[^2], log.Recovery.CutOffset);
            Assert.Equal(whole.Length - ends[^2], log.Recovery.CutBytes);
        }
    }

    [Fact]
    public void A_bad_batch_before_good_ones_of_the_same_commit_is_a_torn_tail()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (InputLog log = InputLog.Open(disk, Options))
        {
            Batches.Commit(log, 2);
            Batches.Commit(log, 3, 3);
        }

        disk.Corrupt(First, SegmentLength(2) + 60);
        using InputLog reopened = InputLog.Open(disk, Options);
        Assert.Equal(2, reopened.NextSequence);
    }

    [Fact]
    public void Damage_in_a_closed_segment_stops_reading_at_its_place()
    {
        var disk = new SimulatedDisk(new Random(1));
        using InputLog log = InputLog.Open(disk, Options with { SegmentBytes = 4096 });
        for (int i = 0; i < 10; i++)
        {
            Batches.Commit(log, 60);
        }

        disk.Corrupt(First, SegmentLength(60) + 100);
        long read = 0;
        var damage = Assert.Throws<LogDamagedException>(() =>
        {
            foreach (var batch in log.ReadFrom(0))
            {
                read += batch.Count;
            }
        });
        Assert.Equal(60, read);
        Assert.Equal(SegmentLength(60), damage.Offset);
    }

    [Fact]
    public void A_missing_segment_is_noticed()
    {
        var disk = new SimulatedDisk(new Random(1));
        using InputLog log = InputLog.Open(disk, Options with { SegmentBytes = 8192 });
        for (int i = 0; i < 9; i++)
        {
            Batches.Commit(log, 100);
        }

        log.Dispose();
        disk.Delete("log-00000000000000c8");
        using InputLog reopened = InputLog.Open(disk, Options);
        var damage = Assert.Throws<LogDamagedException>(() => Batches.Check(reopened, 0));
        Assert.Contains("inputs 200 to 399 are missing", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_cannot_be_read_is_a_storage_fault()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (InputLog log = InputLog.Open(disk, Options))
        {
            Batches.Commit(log, 5);
            disk.CannotRead = true;
            Assert.Throws<StorageException>(() => Batches.Check(log, 0));
        }

        Assert.Throws<StorageException>(() => InputLog.Open(disk, Options));
    }

    private static byte[] Written(ReadOnlySpan<int> counts, out int[] ends)
    {
        var disk = new SimulatedDisk(new Random(1));
        using InputLog log = InputLog.Open(disk, Options);
        ends = new int[counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            Batches.Commit(log, counts[i]);
            ends[i] = disk.ContentOf(First).Length;
        }

        return disk.ContentOf(First);
    }

    private static int SegmentLength(int count)
    {
        Written([count], out int[] ends);
        return ends[0];
    }
}
