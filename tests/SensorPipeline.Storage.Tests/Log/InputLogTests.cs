using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;

namespace SensorPipeline.Storage.Tests.Log;

public sealed class InputLogTests
{
    private const string First = "log-0000000000000000";
    private static readonly InputLogOptions Small = new() { SegmentBytes = 8192, MaximumBytes = 1 << 20 };
    private readonly SimulatedDisk disk = new(new Random(1));

    [Fact]
    public void What_was_committed_is_read_back_in_order_after_reopening()
    {
        using (InputLog log = InputLog.Open(disk, Small))
        {
            Batches.Commit(log, 3, 1, 200);
            Batches.Commit(log, 17);
        }

        using InputLog reopened = InputLog.Open(disk, Small);
        Assert.Equal(221, reopened.NextSequence);
        Assert.Equal(221, Batches.Check(reopened, 0));
        Assert.Null(reopened.Recovery.CutPath);
    }

    [Fact]
    public void Reading_begins_at_any_sequence_even_inside_a_batch()
    {
        using InputLog log = InputLog.Open(disk, Small);
        for (int i = 0; i < 20; i++)
        {
            Batches.Commit(log, 13, 40);
        }

        for (long from = 0; from <= log.NextSequence; from++)
        {
            Assert.Equal(log.NextSequence, Batches.Check(log, from));
        }
    }

    [Fact]
    public void A_batch_that_was_not_committed_is_not_read()
    {
        using InputLog log = InputLog.Open(disk, Small);
        Batches.Commit(log, 5);
        Batches.Append(log, 5);
        Assert.Equal(5, Batches.Check(log, 0));
        Assert.Equal(5, log.CommittedSequence);
        Assert.Equal(10, log.NextSequence);
    }

    [Fact]
    public void One_thread_may_append_while_another_commits()
    {
        using InputLog log = InputLog.Open(disk, Small);
        const int Total = 3000;
        var appender = new Thread(() =>
        {
            for (int i = 0; i < Total / 3; i++)
            {
                Batches.Append(log, 3);
            }
        });
        appender.Start();
        while (log.CommittedSequence < Total)
        {
            log.Commit();
            Assert.True(log.CommittedSequence <= log.NextSequence);
        }

        appender.Join();
        Assert.Equal(Total, Batches.Check(log, 0));
    }

    [Fact]
    public void An_empty_batch_is_given_a_sequence_and_takes_no_room()
    {
        using InputLog log = InputLog.Open(disk, Small);
        Batches.Commit(log, 0);
        Assert.Empty(disk.List());
    }

    [Fact]
    public void A_durable_commit_synchronises_after_it_wrote_and_a_relaxed_one_does_not()
    {
        foreach (Durability durability in new[] { Durability.Durable, Durability.Relaxed })
        {
            var fresh = new SimulatedDisk(new Random(1));
            using InputLog log = InputLog.Open(fresh, Small with { Durability = durability });
            Batches.Commit(log, 1);
            fresh.Operations.Clear();
            Batches.Commit(log, 1, 2, 3);
            Assert.Equal(durability == Durability.Durable ? [$"write {First}", $"sync {First}"] : [$"write {First}"], fresh.Operations);
        }
    }

    [Fact]
    public void Segments_are_rolled_at_their_size_and_truncated_whole()
    {
        using InputLog log = InputLog.Open(disk, Small);
        for (int i = 0; i < 10; i++)
        {
            Batches.Commit(log, 100);
        }

        string[] names = [.. disk.List().Order(StringComparer.Ordinal)];
        Assert.Equal(5, names.Length);
        Assert.Equal("log-00000000000000c8", names[1]);
        log.Truncate(399);
        Assert.Equal(4, disk.List().Count);
        Assert.Equal(1000, Batches.Check(log, 200));
        Assert.Throws<StorageException>(() => Batches.Check(log, 199));
        disk.Operations.Clear();
        log.Truncate(1000);
        Assert.Equal(["delete log-00000000000000c8", "sync .", "delete log-0000000000000190", "sync .", "delete log-0000000000000258", "sync ."], disk.Operations);
        Assert.Single(disk.List());
        Assert.Equal(1000, Batches.Check(log, 800));
    }

    [Fact]
    public void A_full_disk_keeps_the_batches_and_the_next_commit_with_room_writes_them()
    {
        using InputLog log = InputLog.Open(disk, Small);
        Batches.Commit(log, 10);
        int length = disk.ContentOf(First).Length;
        disk.Capacity = 1000;
        Batches.Append(log, 100);
        Assert.Throws<LogFullException>(log.Commit);
        Assert.Equal(length, disk.ContentOf(First).Length);
        Batches.Append(log, 7);
        Assert.Throws<LogFullException>(log.Commit);
        Assert.Equal(10, log.CommittedSequence);
        Assert.Equal(10, Batches.Check(log, 0));
        disk.Capacity = 100_000;
        log.Commit();
        Assert.Equal(117, log.CommittedSequence);
        Assert.Equal(117, Batches.Check(log, 0));
    }

    [Fact]
    public void A_disk_that_fills_while_a_segment_is_begun_leaves_no_half_segment()
    {
        using InputLog log = InputLog.Open(disk, Small);
        disk.Capacity = 10;
        Batches.Append(log, 1);
        Assert.Throws<LogFullException>(log.Commit);
        Assert.Empty(disk.List());
        disk.Capacity = 1000;
        log.Commit();
        Assert.Equal(1, Batches.Check(log, 0));
    }

    [Fact]
    public void The_size_limit_stops_commits_until_the_log_is_truncated()
    {
        using InputLog log = InputLog.Open(disk, Small with { SegmentBytes = 4096, MaximumBytes = 20_000 });
        Assert.Throws<LogFullException>(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Batches.Commit(log, 60);
            }
        });
        Assert.InRange(log.Bytes, 16_000, 20_000);
        log.Truncate(log.CommittedSequence);
        log.Commit();
        Assert.Equal(log.NextSequence, log.CommittedSequence);
    }

    [Fact]
    public void Waiting_batches_are_limited()
    {
        using InputLog log = InputLog.Open(disk, Small with { MaximumPendingBytes = 1 << 20 });
        disk.Capacity = 0;
        var batch = Batches.At(0, 1000);
        int taken = 0;
        Assert.Throws<LogFullException>(() =>
        {
            for (; taken < 100; taken++)
            {
                log.Append(batch);
            }
        });
        Assert.InRange(taken, 10, 13);
        Assert.Equal(taken * 1000, log.NextSequence);
    }

    [Fact]
    public void A_batch_that_could_never_fit_is_refused()
    {
        using InputLog log = InputLog.Open(disk, Small);
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Append(Batches.At(0, 13_000)));
        Assert.Equal(0, log.NextSequence);
    }

    [Fact]
    public void A_log_at_its_limit_is_freed_by_checkpoints_of_what_could_not_be_committed()
    {
        using InputLog log = InputLog.Open(disk, Small with { SegmentBytes = 4096, MaximumBytes = 20_000 });
        CheckpointStore store = CheckpointStore.Open(disk);
        int full = 0;
        for (int i = 0; i < 200; i++)
        {
            Batches.Append(log, 20);
            try
            {
                log.Commit();
            }
            catch (LogFullException)
            {
                full++;
                Assert.True(store.Write(log.NextSequence, 0, []).IsWritten);
                log.Truncate(store.TruncationSequence);
            }
        }

        Assert.InRange(full, 10, 100);
        Assert.InRange(log.Bytes, 0, 20_000);
        Assert.True(log.CommittedSequence > 3_500);
    }

    [Fact]
    public void A_failed_synchronisation_ends_the_log_and_is_never_tried_again()
    {
        using InputLog log = InputLog.Open(disk, Small);
        Batches.Commit(log, 10);
        disk.SyncsLeft = 0;
        Batches.Append(log, 10);
        var failed = Assert.Throws<LogFailedException>(log.Commit);
        Assert.Contains("log", failed.Message, StringComparison.Ordinal);
        disk.SyncsLeft = int.MaxValue;
        disk.Operations.Clear();
        Assert.Throws<LogFailedException>(log.Commit);
        Assert.Throws<LogFailedException>(() => Batches.Append(log, 1));
        Assert.Empty(disk.Operations);
        Assert.Equal(10, log.CommittedSequence);
    }

    [Fact]
    public void What_a_failed_synchronisation_left_in_memory_only_is_not_believed_after_a_restart()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var torn = new SimulatedDisk(new Random(seed));
            using InputLog log = InputLog.Open(torn, Small);
            Batches.Commit(log, 10);
            torn.SyncsLeft = 0;
            Batches.Append(log, 40);
            Assert.Throws<LogFailedException>(log.Commit);
            torn.Kill();
            using InputLog reopened = InputLog.Open(torn, Small);
            long trusted = reopened.NextSequence;
            Assert.True(trusted is 10 or 50, $"seed {seed}: {trusted}");
            torn.CutPower();
            using InputLog after = InputLog.Open(torn, Small);
            Assert.Equal(trusted, after.NextSequence);
        }
    }

    [Fact]
    public void A_segment_whose_name_was_not_durable_yet_is_before_it_takes_a_commit()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var fresh = new SimulatedDisk(new Random(seed));
            InputLog interrupted = InputLog.Open(fresh, Small);
            Batches.Append(interrupted, 10);

            // Create, write and synchronise the header; the directory's turn does not come.
            fresh.OperationsLeft = 3;
            Assert.Throws<PowerCutException>(interrupted.Commit);
            fresh.Kill();
            using InputLog log = InputLog.Open(fresh, Small);
            Batches.Commit(log, 10);
            fresh.CutPower();
            using InputLog reopened = InputLog.Open(fresh, Small);
            Assert.Equal(10, Batches.Check(reopened, 0));
        }
    }

    [Fact]
    public void A_write_error_ends_the_log()
    {
        using InputLog log = InputLog.Open(disk, Small);
        Batches.Commit(log, 10);
        disk.WritesLeft = 0;
        Batches.Append(log, 10);
        Assert.Throws<LogFailedException>(log.Commit);
        Assert.Throws<LogFailedException>(log.Commit);
    }

    [Fact]
    public void A_log_behind_the_checkpoint_goes_on_at_the_checkpoint()
    {
        using (InputLog log = InputLog.Open(disk, Small))
        {
            Batches.Commit(log, 10);
        }

        using (InputLog log = InputLog.Open(disk, Small, atLeast: 25))
        {
            Assert.Equal(10, log.Recovery.BehindCheckpointAt);
            Assert.Equal(25, log.NextSequence);
            Batches.Commit(log, 5);
        }

        using InputLog reopened = InputLog.Open(disk, Small, atLeast: 25);
        Assert.Null(reopened.Recovery.BehindCheckpointAt);
        Assert.Equal(30, Batches.Check(reopened, 25));
        Assert.Throws<StorageException>(() => Batches.Check(reopened, 24));
    }

    [Fact]
    public void A_batch_larger_than_the_read_ahead_is_read_back()
    {
        using InputLog log = InputLog.Open(disk, new InputLogOptions());
        Batches.Commit(log, 1, 60_000, 2);
        Assert.Equal(60_003, Batches.Check(log, 0));
        Assert.Equal(60_003, Batches.Check(log, 59_999));
    }

    [Fact]
    public void No_log_assigns_sequences_and_keeps_nothing()
    {
        using var log = new NoLog(7);
        Batches.Commit(log, 3, 4);
        Assert.Equal(14, log.NextSequence);
        Assert.Empty(log.ReadFrom(7));
    }

    [Fact]
    public void Options_outside_their_ranges_are_refused()
    {
        Assert.Throws<ArgumentException>(() => InputLog.Open(disk, Small with { Durability = Durability.None }));
        Assert.Throws<ArgumentOutOfRangeException>(() => InputLog.Open(disk, Small with { SegmentBytes = 100 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => InputLog.Open(disk, Small with { MaximumBytes = 4096 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => InputLog.Open(disk, Small with { MaximumPendingBytes = 0 }));
    }
}
