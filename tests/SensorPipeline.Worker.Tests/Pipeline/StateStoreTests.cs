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
        using (StateStore running = StateStore.Open(disk, new InputLogOptions(), Before))
        {
            running.AdoptOptions();
            var batch = new InputBatch();
            batch.AddOptions(After.ToJson(), EventTime.None);
            running.Log.Append(batch);
            running.Log.Commit();
            disk.Kill();
        }

        Live(Before, 500);
        using StateStore recovered = StateStore.Open(disk, new InputLogOptions(), After);
        Assert.Equal(Before.Hash, recovered.Graph.Options.Hash);
    }

    [Fact]
    public void Groups_that_are_new_to_known_sensors_take_their_next_readings()
    {
        Live(Before, 0);
        Live(Before with { Fusion = [new FusionOptions { Name = "room", Members = ["a"] }] }, 500);
        using StateStore state = StateStore.Open(disk, new InputLogOptions(), Before);
        Assert.Equal(1000, state.Graph.Sensors.MomentsOf(0).Count);
    }

    private void Live(GraphOptions options, int first)
    {
        using StateStore state = StateStore.Open(disk, new InputLogOptions(), options);
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
        using StateStore state = StateStore.Open(disk, new InputLogOptions(), After);
        var writer = new SnapshotWriter();
        state.Graph.Save(writer);
        disk.Kill();
        return writer.Written.ToArray();
    }

    private static EventTime At(double seconds) => EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) + TimeSpan.FromSeconds(seconds);
}
