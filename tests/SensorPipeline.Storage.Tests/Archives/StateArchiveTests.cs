using SensorPipeline.Storage.Archives;
using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Disks;
using SensorPipeline.Storage.Tests.Disks;

namespace SensorPipeline.Storage.Tests.Archives;

public sealed class StateArchiveTests : IDisposable
{
    private const int StateBytes = 40;

    private readonly SimulatedDisk disk = new(new Random(1));
    private readonly StateArchive archive;
    private readonly CheckpointStore checkpoints;

    public StateArchiveTests()
    {
        archive = StateArchive.Open(disk, TimeSpan.FromDays(1));
        checkpoints = CheckpointStore.Open(disk, archive);
    }

    public void Dispose() => archive.Dispose();

    [Fact]
    public void States_are_read_back_to_the_last_bit()
    {
        long[] names = [.. Enumerable.Range(0, 100).Select(i => archive.Add(State(i)))];
        Assert.All(names, (name, i) => Assert.Equal(State(i), Read(archive, name)));
        Assert.Equal(32 + (100 * (16 + StateBytes)), archive.Bytes);
    }

    [Fact]
    public void The_file_is_laid_out_byte_for_byte()
    {
        archive.Add([1, 2, 3, 4]);
        Assert.Equal(
            "5350535441544553" + "01000000" + "04000000" + "000000000000000000000000" + "AA2DD719" + "D95D2723" + "00000000" + "0000000000000000" + "01020304",
            Convert.ToHexString(disk.ContentOf("archive")));
    }

    [Fact]
    public void A_record_is_written_over_only_when_no_kept_checkpoint_may_refer_to_it()
    {
        long first = archive.Add(State(1));
        Checkpoint();
        archive.Release(first);
        Assert.Equal(1, Number(archive.Add(State(2))));
        Checkpoint();
        Assert.Equal(2, Number(archive.Add(State(3))));
        Assert.Equal(State(1), Read(archive, first));

        Checkpoint();
        Assert.Equal(0, Number(archive.Add(State(4))));
        StorageException gone = Assert.Throws<StorageException>(() => Read(archive, first));
        Assert.Equal($"{disk.PathOf("archive")}: record 0 does not hold the state that the checkpoint refers to", gone.Message);
    }

    [Fact]
    public void What_is_released_while_a_checkpoint_is_written_belongs_to_the_next()
    {
        long first = archive.Add(State(1));
        checkpoints.Begin();
        archive.Release(first);
        checkpoints.Write(1, 0, [1]);
        Checkpoint();
        archive.Add(State(2));
        Assert.Equal(State(1), Read(archive, first));
        Checkpoint();
        Assert.Equal(0, Number(archive.Add(State(3))));
    }

    [Fact]
    public void A_checkpoint_that_fails_frees_nothing()
    {
        long first = archive.Add(State(1));
        Checkpoint();
        archive.Release(first);
        disk.Capacity = 0;
        Checkpoint(isWritten: false);
        Checkpoint(isWritten: false);
        disk.Capacity = long.MaxValue;
        Checkpoint();
        Assert.NotEqual(0, Number(archive.Add(State(2))));
        Checkpoint();
        Assert.Equal(0, Number(archive.Add(State(3))));
    }

    [Fact]
    public void States_are_durable_before_the_checkpoint_that_refers_to_them()
    {
        long name = archive.Add(State(7));
        disk.Operations.Clear();
        Checkpoint();
        Assert.True(disk.Operations.IndexOf("sync archive") < disk.Operations.IndexOf("create checkpoint.tmp"));

        disk.CutPower();
        using StateArchive after = StateArchive.Open(disk, TimeSpan.FromDays(1));
        after.Hold([name], StateBytes);
        Assert.Equal(State(7), Read(after, name));
    }

    [Fact]
    public void After_a_restart_what_nobody_refers_to_is_kept_until_two_checkpoints_are_younger()
    {
        long[] names = [.. Enumerable.Range(0, 4).Select(i => archive.Add(State(i)))];
        Checkpoint();
        using StateArchive after = StateArchive.Open(disk, TimeSpan.FromDays(1));
        CheckpointStore store = CheckpointStore.Open(disk, after);
        after.Hold([names[1], names[3]], StateBytes);
        Assert.Equal(4, Number(after.Add(State(9))));
        for (int i = 0; i < 2; i++)
        {
            store.Begin();
            Assert.True(store.Write(i, 0, [1]).IsWritten);
        }

        Assert.Equal([0, 2], new[] { Number(after.Add(State(10))), Number(after.Add(State(11))) }.Order());
        Assert.Equal(5, Number(after.Add(State(12))));
        Assert.Equal(State(3), Read(after, names[3]));
    }

    [Fact]
    public void A_full_disk_keeps_states_in_memory_until_there_is_room()
    {
        archive.Add(State(1));
        disk.Capacity = 0;
        Assert.Equal(-1, archive.Add(State(2)));
        disk.Capacity = long.MaxValue;
        Assert.Equal(-1, archive.Add(State(2)));
        Checkpoint();
        Assert.True(archive.Add(State(2)) >= 0);
    }

    [Fact]
    public void A_synchronisation_that_fails_stops_checkpoints_and_is_said()
    {
        archive.Add(State(1));
        disk.SyncsLeft = 0;
        checkpoints.Begin();
        string? fault = checkpoints.Write(1, 0, [1]).Fault;
        Assert.StartsWith(disk.PathOf("archive"), fault, StringComparison.Ordinal);
        disk.SyncsLeft = int.MaxValue;
        Assert.Equal(fault, checkpoints.Write(1, 0, [1]).Fault);
        Assert.Equal(-1, archive.Add(State(2)));
    }

    [Fact]
    public void A_file_that_is_damaged_missing_or_anothers_is_said_with_its_path()
    {
        long name = archive.Add(State(1));
        archive.Synchronize();
        Assert.Contains("another version", Fault(name, StateBytes + 8), StringComparison.Ordinal);
        Assert.Contains("ends before record 1", Fault(name + 1, StateBytes), StringComparison.Ordinal);
        Change(offset: 60);
        Assert.Contains("record 0", Fault(name, StateBytes), StringComparison.Ordinal);
        Change(offset: 3);
        Assert.Contains("damaged", Fault(name, StateBytes), StringComparison.Ordinal);
        disk.Delete("archive");
        Assert.Contains("missing", Fault(name, StateBytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_without_states_set_aside_needs_no_room()
    {
        disk.Capacity = 0;
        archive.Hold([], StateBytes);
        Assert.Empty(disk.List());
    }

    [Fact]
    public void Who_only_reads_adds_nothing()
    {
        using StateArchive reader = StateArchive.OpenToRead(disk);
        reader.Hold([], StateBytes);
        Assert.Equal(-1, reader.Add(State(1)));
        Assert.Empty(disk.List());
    }

    private static byte[] State(int seed)
    {
        byte[] state = new byte[StateBytes];
        new Random(seed).NextBytes(state);
        return state;
    }

    private static byte[] Read(StateArchive from, long name)
    {
        byte[] state = new byte[StateBytes];
        from.Read(name, state);
        return state;
    }

    private static int Number(long name) => (int)name;

    private void Checkpoint(bool isWritten = true)
    {
        checkpoints.Begin();
        Assert.Equal(isWritten, checkpoints.Write(1, 0, [1]).IsWritten);
    }

    private string Fault(long name, int stateBytes) => Assert.Throws<StorageException>(() =>
    {
        using StateArchive another = StateArchive.Open(disk, TimeSpan.FromDays(1));
        another.Hold([name], stateBytes);
        Read(another, name);
    }).Message;

    private void Change(int offset)
    {
        using IDiskFile file = disk.Open("archive", write: true);
        byte[] found = new byte[1];
        file.Read(offset, found);
        file.Write(offset, [(byte)(found[0] ^ 1)]);
    }
}
