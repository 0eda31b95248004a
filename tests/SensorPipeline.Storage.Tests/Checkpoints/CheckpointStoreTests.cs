using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Tests.Disks;

namespace SensorPipeline.Storage.Tests.Checkpoints;

public sealed class CheckpointStoreTests
{
    private readonly SimulatedDisk disk = new(new Random(1));

    [Fact]
    public void An_empty_directory_holds_no_checkpoint()
    {
        CheckpointReading reading = CheckpointStore.Open(disk).ReadNewest();
        Assert.Null(reading.Newest);
        Assert.Empty(reading.Faults);
    }

    [Fact]
    public void The_newest_is_read_back_to_the_last_bit()
    {
        Write(3);
        AssertNewest(CheckpointStore.Open(disk), 3);
    }

    [Fact]
    public void A_checkpoint_is_laid_out_byte_for_byte()
    {
        CheckpointStore.Open(disk).Write(0x2A, 0x1122334455667788, "state"u8);
        Assert.Equal(
            "535053544154450A" + "01000000" + "00000000" + "0100000000000000" + "2A00000000000000" + "8877665544332211" + "0500000000000000"
            + "0000000000000000" + "DF68DB66" + "6337D7C8" + "7374617465",
            Convert.ToHexString(disk.ContentOf("checkpoint-0000000000000001")));
    }

    [Fact]
    public void Two_generations_are_kept_and_the_log_may_forget_what_the_older_knows()
    {
        CheckpointStore store = CheckpointStore.Open(disk);
        var truncations = new List<long>();
        for (int i = 1; i <= 4; i++)
        {
            Assert.True(store.Write(i * 100, 7, State(i)).IsWritten);
            truncations.Add(store.TruncationSequence);
        }

        Assert.Equal([0, 100, 200, 300], truncations);
        Assert.Equal(["checkpoint-0000000000000003", "checkpoint-0000000000000004"], disk.List().Order(StringComparer.Ordinal));
        Assert.Equal(300, CheckpointStore.Open(disk).TruncationSequence);
    }

    [Fact]
    public void A_checkpoint_is_written_aside_synchronised_renamed_and_its_name_synchronised()
    {
        CheckpointStore store = CheckpointStore.Open(disk);
        disk.Operations.Clear();
        store.Write(1, 0, State(1));
        Assert.Equal(
            ["create checkpoint.tmp", "write checkpoint.tmp", "write checkpoint.tmp", "sync checkpoint.tmp", "rename checkpoint.tmp checkpoint-0000000000000001", "sync ."],
            disk.Operations);
    }

    [Fact]
    public void Any_flipped_byte_falls_back_to_the_one_before_and_is_reported()
    {
        Write(2);
        const string Newest = "checkpoint-0000000000000002";
        for (int offset = 0; offset < disk.ContentOf(Newest).Length; offset++)
        {
            disk.Corrupt(Newest, offset, 0xff);
            CheckpointStore store = CheckpointStore.Open(disk);
            AssertNewest(store, 1);
            Assert.Contains(Newest, Assert.Single(store.ReadNewest().Faults), StringComparison.Ordinal);
            Assert.Equal(0, store.TruncationSequence);
            disk.Corrupt(Newest, offset, 0xff);
        }
    }

    [Fact]
    public void Cut_at_any_length_it_falls_back_to_the_one_before()
    {
        Write(2);
        byte[] whole = disk.ContentOf("checkpoint-0000000000000002");
        for (int length = 0; length < whole.Length; length++)
        {
            disk.Put("checkpoint-0000000000000002", whole.AsSpan(0, length));
            AssertNewest(CheckpointStore.Open(disk), 1);
        }
    }

    [Fact]
    public void After_a_fall_back_the_next_checkpoint_replaces_the_damaged_one_and_not_the_good_one()
    {
        Write(2);
        disk.Corrupt("checkpoint-0000000000000002", 70);
        CheckpointStore store = CheckpointStore.Open(disk);
        store.Write(300, 7, State(3));
        Assert.Equal(["checkpoint-0000000000000001", "checkpoint-0000000000000003"], disk.List().Order(StringComparer.Ordinal));
        Assert.Equal(100, store.TruncationSequence);
    }

    [Fact]
    public void A_store_without_a_whole_checkpoint_says_that_they_are_lost()
    {
        Write(2);
        Assert.False(CheckpointStore.Open(disk).ReadNewest().IsLost);
        disk.Corrupt("checkpoint-0000000000000001", 0);
        disk.Corrupt("checkpoint-0000000000000002", 100);
        CheckpointReading reading = CheckpointStore.Open(disk).ReadNewest();
        Assert.True(reading.IsLost);
        Assert.Equal(2, reading.Faults.Count);
    }

    [Fact]
    public void An_inspection_reads_every_checkpoint_and_changes_nothing()
    {
        Write(2);
        disk.Corrupt("checkpoint-0000000000000002", 0);
        disk.Put("checkpoint.tmp", [1]);
        disk.Operations.Clear();
        IReadOnlyList<CheckpointReport> reports = CheckpointInspection.Inspect(disk);
        Assert.Equal([2L, 1L], reports.Select(report => report.Generation));
        Assert.Equal(["not a checkpoint", null], reports.Select(report => report.Fault));
        Assert.Equal(100, reports[1].Checkpoint!.NextSequence);
        Assert.Empty(disk.Operations);
    }

    [Fact]
    public void A_full_disk_is_a_value_and_leaves_the_old_ones_and_their_room()
    {
        CheckpointStore store = Write(2);
        disk.Capacity = 400;
        CheckpointWriting writing = store.Write(300, 7, State(3));
        Assert.False(writing.IsWritten);
        Assert.Contains("no space left", writing.Fault, StringComparison.Ordinal);
        Assert.Equal(100, store.TruncationSequence);
        Assert.Equal(2, disk.List().Count);
        AssertNewest(CheckpointStore.Open(disk), 2);
        disk.Capacity = 5000;
        Assert.True(store.Write(400, 7, State(4)).IsWritten);
        AssertNewest(CheckpointStore.Open(disk), 4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_failed_synchronisation_is_a_value_and_the_old_ones_stand(int syncs)
    {
        CheckpointStore store = Write(2);
        disk.SyncsLeft = syncs;
        Assert.False(store.Write(300, 7, State(3)).IsWritten);
        Assert.Equal(100, store.TruncationSequence);
        disk.CutPower();
        CheckpointStore after = CheckpointStore.Open(disk);
        Assert.True(after.ReadNewest().Newest!.NextSequence is 200 or 300);
        Assert.True(after.TruncationSequence >= 100);
    }

    [Fact]
    public void A_newer_format_is_refused_by_name()
    {
        Write(1);
        byte[] content = disk.ContentOf("checkpoint-0000000000000001");
        content[8] = 2;
        BitConverter.TryWriteBytes(content.AsSpan(60), Crc32C.Compute(content.AsSpan(0, 60)));
        disk.Put("checkpoint-0000000000000002", content);
        var refused = Assert.Throws<StorageException>(() => CheckpointStore.Open(disk));
        Assert.Contains("checkpoint-0000000000000002: written by a newer version (format 2; this build reads up to 1)", refused.Message, StringComparison.Ordinal);
    }

    private CheckpointStore Write(int count)
    {
        CheckpointStore store = CheckpointStore.Open(disk);
        for (int i = 1; i <= count; i++)
        {
            Assert.True(store.Write(i * 100, 7, State(i)).IsWritten);
        }

        return store;
    }

    private static byte[] State(int seed)
    {
        byte[] state = new byte[100];
        new Random(seed).NextBytes(state);
        return state;
    }

    private static void AssertNewest(CheckpointStore store, int number)
    {
        Checkpoint newest = store.ReadNewest().Newest!;
        Assert.Equal(number * 100, newest.NextSequence);
        Assert.Equal(7UL, newest.OptionsHash);
        Assert.Equal(State(number), newest.State.ToArray());
    }
}
