using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Tests.Log;

public sealed class LogInspectionTests
{
    private const string First = "log-0000000000000000";
    private const string Second = "log-0000000000000064";
    private static readonly InputLogOptions Options = new() { SegmentBytes = 4700 };
    private readonly SimulatedDisk disk = new(new Random(1));

    [Fact]
    public void A_sound_log_is_described_segment_by_segment()
    {
        Write();
        IReadOnlyList<SegmentReport> reports = LogInspection.Inspect(disk);
        Assert.Equal([0L, 100, 200], reports.Select(report => report.FirstSequence));
        Assert.Equal([100L, 200, 300], reports.Select(report => report.NextSequence));
        Assert.All(reports, report => Assert.Equal((10, null), (report.Records, report.Fault)));
        Assert.Equal(disk.ContentOf(First).Length, reports[0].Bytes);
        Assert.Equal($"/simulated/{First}", reports[0].Path);
    }

    [Fact]
    public void Inspection_changes_nothing_not_even_a_torn_tail()
    {
        Write();
        disk.Corrupt("log-00000000000000c8", disk.ContentOf("log-00000000000000c8").Length - 9);
        disk.Operations.Clear();
        SegmentFault fault = LogInspection.Inspect(disk)[2].Fault!;
        Assert.True(fault.IsTornTail);
        Assert.Equal(290, Count(LogInspection.ReadFrom(disk, 0)));
        Assert.Empty(disk.Operations);
    }

    [Fact]
    public void A_segment_that_is_just_being_begun_does_not_disturb_an_inspection()
    {
        Write();
        disk.Put("log-000000000000012c", [1, 2, 3]);
        Assert.True(LogInspection.Inspect(disk)[3].Fault!.IsTornTail);
        Assert.Equal(300, Count(LogInspection.ReadFrom(disk, 0)));
        Assert.Equal(0, Count(LogInspection.ReadFrom(disk, 300)));
    }

    [Fact]
    public void A_checkpoint_that_holds_more_than_the_log_can_be_inspected_and_damage_before_it_is_said()
    {
        Write();
        Assert.Equal(0, Count(LogInspection.ReadFrom(disk, 1000)));
        disk.Corrupt(Second, 32 + RecordHeader.Size);
        Assert.Throws<StorageException>(() => Count(LogInspection.ReadFrom(disk, 250)));
    }

    [Fact]
    public void Damage_and_missing_segments_are_found_where_they_are()
    {
        Write();
        disk.Corrupt(First, 32 + RecordHeader.Size);
        disk.Delete(Second);
        IReadOnlyList<SegmentReport> reports = LogInspection.Inspect(disk);
        Assert.Equal(new SegmentFault(32, "the record's checksum does not match", false, false), reports[0].Fault);
        disk.Corrupt(First, 32 + RecordHeader.Size);
        Assert.Equal("inputs 100 to 199 are missing", LogInspection.Inspect(disk)[0].Fault!.Reason);
        Assert.Equal(50, Count(LogInspection.ReadFrom(disk, 50)));
    }

    [Fact]
    public void A_repaired_log_ends_at_the_damage_and_the_rest_is_kept_aside()
    {
        Write();
        byte[] whole = disk.ContentOf(Second).ToArray();
        disk.Corrupt(Second, whole.Length / 2);
        SegmentFault fault = LogInspection.Inspect(disk)[1].Fault!;
        LogRepair repair = LogInspection.Repair(disk);
        Assert.Equal(["/simulated/log-00000000000000c8.aside-1", $"/simulated/{Second}.aside-1"], repair.SetAside);
        byte[] aside = disk.ContentOf($"{Second}.aside-1");
        aside[(whole.Length / 2) - (int)fault.Offset] ^= 1;
        Assert.Equal(whole[(int)fault.Offset..], aside);
        AssertSound(repair.NextSequence);
        Assert.InRange(repair.NextSequence, 100, 199);
    }

    [Fact]
    public void Damage_that_the_checkpoint_has_left_behind_costs_nothing()
    {
        Write();
        disk.Corrupt(First, 100);
        LogRepair repair = LogInspection.Repair(disk, needed: 150);
        Assert.Equal([$"/simulated/{First}.aside-1"], repair.SetAside);
        Assert.Equal(300, repair.NextSequence);
        using InputLog log = InputLog.Open(disk, Options, atLeast: 150);
        Assert.Equal(300, Batches.Check(log, 150));
    }

    [Fact]
    public void Wherever_a_bit_flips_a_repair_makes_the_log_open_again_with_a_beginning_of_what_was_there()
    {
        Write();
        string last = "log-00000000000000c8";
        foreach (string name in new[] { First, Second, last })
        {
            for (int offset = 0; offset < disk.ContentOf(name).Length; offset += 7)
            {
                var damaged = new SimulatedDisk(new Random(1));
                foreach (string copied in new[] { First, Second, last })
                {
                    damaged.Put(copied, disk.ContentOf(copied));
                }

                damaged.Corrupt(name, offset);
                long next = LogInspection.Repair(damaged).NextSequence;
                Assert.All(LogInspection.Inspect(damaged), report => Assert.Null(report.Fault));
                using InputLog log = InputLog.Open(damaged, Options, atLeast: next);
                Assert.Equal(next, Batches.Check(log, next > 0 ? 0 : next));
            }
        }
    }

    [Fact]
    public void A_second_repair_finds_nothing_to_do()
    {
        Write();
        disk.Corrupt(Second, 500);
        LogInspection.Repair(disk);
        disk.Operations.Clear();
        Assert.Empty(LogInspection.Repair(disk).SetAside);
        Assert.Empty(disk.Operations);
    }

    private void Write()
    {
        using InputLog log = InputLog.Open(disk, Options);
        for (int i = 0; i < 30; i++)
        {
            Batches.Commit(log, 10);
        }
    }

    private void AssertSound(long next)
    {
        using InputLog log = InputLog.Open(disk, Options);
        Assert.Null(log.Recovery.CutPath);
        Assert.Equal(next, Batches.Check(log, 0));
    }

    private static int Count(IEnumerable<InputBatch> batches) => batches.Sum(batch => batch.Count);
}
