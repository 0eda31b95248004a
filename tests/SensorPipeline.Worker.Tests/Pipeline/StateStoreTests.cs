using SensorPipeline.Storage;
using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Snapshots;
using SensorPipeline.Worker.Pipeline;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline;

public class StateStoreTests
{
    private static readonly GraphOptions Before = new();
    private static readonly GraphOptions After = new() { Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = 3 } };

    private readonly SimulatedDisk disk = new(new Random(1));

    [Fact]
    public void A_recovery_from_the_older_checkpoint_judges_by_the_options_of_then()
    {
        Live(Before, 0);
        Live(After, 500);
        byte[] expected = Recover();
        string newest = disk.List().Where(name => name.StartsWith("checkpoint-", StringComparison.Ordinal)).Max()!;
        disk.Corrupt(newest, 100);
        Assert.Equal(expected, Recover());
    }

    [Fact]
    public void Options_that_were_changed_under_way_and_changed_back_while_it_was_down_judge_what_comes_behind()
    {
        Live(Before, 0);
        using (StateStore running = StateStore.Open(disk, new InputLogOptions(), Before, TimeSpan.FromDays(1)))
        {
            running.AdoptOptions();
            var batch = new InputBatch();
            batch.AddOptions(After.ToJson(), EventTime.None);
            running.Log.Append(batch);
            running.Log.Commit();
            disk.Kill();
        }

        Live(Before, 500);
        using StateStore recovered = StateStore.Open(disk, new InputLogOptions(), After, TimeSpan.FromDays(1));
        Assert.Equal(Before.Hash, recovered.Graph.Options.Hash);
    }

    [Fact]
    public void Groups_that_are_new_to_known_sensors_take_their_next_readings()
    {
        Live(Before, 0);
        Live(Before with { Fusion = [new FusionOptions { Name = "room", Members = ["a"] }] }, 500);
        using StateStore state = StateStore.Open(disk, new InputLogOptions(), Before, TimeSpan.FromDays(1));
        Assert.Equal(1000, state.Graph.Sensors.MomentsOf(0).Count);
    }

    [Fact]
    public void A_sensor_set_aside_is_there_after_a_restart_and_goes_on_where_it_was()
    {
        byte[] expected = new StateStoreTests().SetAsideAndRestart(TimeSpan.FromDays(10_000), expected: 0);
        Assert.Equal(expected, SetAsideAndRestart(TimeSpan.FromDays(1), expected: 1));
    }

    [Fact]
    public void Damage_to_a_state_that_was_set_aside_is_found_and_the_start_says_where()
    {
        SetAsideAndRestart(TimeSpan.FromDays(1), expected: 1);
        Assert.Null(RecoveredGraph.FaultOfArchive(disk));
        disk.Corrupt("archive", 100);
        Assert.Equal($"{disk.PathOf("archive")}: record 0 does not hold the state that the checkpoint refers to", RecoveredGraph.FaultOfArchive(disk));
        disk.Delete("archive");
        StorageException missing = Assert.Throws<StorageException>(() => StateStore.Open(disk, new InputLogOptions(), Before, TimeSpan.FromDays(1)));
        Assert.Equal($"{disk.PathOf("archive")}: is missing, and the checkpoint refers to it", missing.Message);
    }

    // A sensor falls silent for two days and is written into a checkpoint; what it is like after a restart and a hundred readings more.
    private byte[] SetAsideAndRestart(TimeSpan evictAfter, int expected)
    {
        const int TwoDays = 2 * 86_400;
        Live(Before, 0);
        using (StateStore state = StateStore.Open(disk, new InputLogOptions(), Before, evictAfter))
        {
            var silence = new InputBatch();
            silence.AddTick(At(TwoDays));
            state.Graph.Process(silence);
            var writer = new SnapshotWriter();
            state.Checkpoints!.Begin();
            GraphState.Save(state.Graph, state.Events, [], writer);
            Assert.True(state.Checkpoints.Write(state.Log.NextSequence, Before.Hash, writer.Written).IsWritten);
            Assert.Equal(expected, state.Graph.Sensors.SetAside);
            disk.Kill();
        }

        using StateStore restarted = StateStore.Open(disk, new InputLogOptions(), Before, evictAfter);
        Assert.Equal(expected, restarted.Graph.Sensors.SetAside);
        var more = new InputBatch();
        for (int i = 0; i < 100; i++)
        {
            more.AddReading(0, At(TwoDays + i), At(TwoDays + i), i % 7);
        }

        restarted.Graph.Process(more);
        var after = new SnapshotWriter();
        restarted.Graph.Save(after);
        disk.Kill();
        return after.Written.ToArray();
    }

    private void Live(GraphOptions options, int first)
    {
        using StateStore state = StateStore.Open(disk, new InputLogOptions(), options, TimeSpan.FromDays(1));
        state.AdoptOptions();
        var batch = new InputBatch();
        if (first == 0)
        {
            batch.AddSensor(0, "a", At(0));
        }

        for (int i = first; i < first + 500; i++)
        {
            batch.AddReading(0, At(i), At(i), Math.Sin(i) + (i % 97 == 0 ? 30 : 0));
        }

        state.Log.Append(batch);
        state.Log.Commit();
        state.Graph.Process(batch);
        disk.Kill();
    }

    private byte[] Recover()
    {
        using StateStore state = StateStore.Open(disk, new InputLogOptions(), After, TimeSpan.FromDays(1));
        var writer = new SnapshotWriter();
        state.Graph.Save(writer);
        disk.Kill();
        return writer.Written.ToArray();
    }

    private static EventTime At(double seconds) => EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) + TimeSpan.FromSeconds(seconds);
}
