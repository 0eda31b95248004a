using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Snapshots;
using SensorPipeline.Worker.Pipeline;
using SensorPipeline.Worker.Replay;
using Xunit;

namespace SensorPipeline.Worker.Tests.Replay;

public sealed class LogReplayTests : IDisposable
{
    private const int Sensors = 3;

    private readonly SimulatedDisk disk = new(new Random(1));
    private readonly Random random = new(2);
    private MemoryStream live = new();
    private LoggedRows rows;
    private int taken;

    public LogReplayTests() => rows = new LoggedRows(live, OutputFormat.Csv, null);

    public void Dispose() => rows.Dispose();

    [Fact]
    public void A_log_is_replayed_from_the_older_checkpoint_with_the_rows_of_the_live_run_to_the_byte()
    {
        Live(OptionsOf(perDay: 1), checkpoints: 4, readings: 8000);

        Assert.NotEqual(0, LogInspection.Inspect(disk)[0].FirstSequence);
        AssertReplayed();
    }

    [Fact]
    public void A_whole_log_is_replayed_under_the_options_of_each_time()
    {
        Live(OptionsOf(perDay: 1), checkpoints: 0, readings: 4000);
        Live(OptionsOf(perDay: 100), checkpoints: 0, readings: 4000);

        Assert.Equal(0, LogInspection.Inspect(disk)[0].FirstSequence);
        AssertReplayed();
    }

    private static GraphOptions OptionsOf(double perDay) => new()
    {
        Detection = new DetectionOptions { FalseAlarmsPerSensorPerDay = perDay },
        Fusion = [new FusionOptions { Name = "room", Members = ["a/0", "a/1"] }],
        Joint = [new JointOptions { Name = "all", Members = ["a/+"] }],
    };

    private static EventTime At(double seconds) => EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) + TimeSpan.FromSeconds(seconds);

    private void AssertReplayed()
    {
        rows.Flush();
        using var replayed = new MemoryStream();
        ReplaySummary summary = LogReplay.Run(disk, replayed, OutputFormat.Csv, null, CancellationToken.None);
        Assert.InRange(summary.Readings, 1, taken);
        Assert.InRange(summary.Outliers, 1, taken);
        Assert.Equal(live.ToArray(), replayed.ToArray());
    }

    // What was told before the older checkpoint is told no more: the log begins behind it.
    private void Live(GraphOptions options, int checkpoints, int readings)
    {
        using StateStore state = StateStore.Open(disk, new InputLogOptions { SegmentBytes = 1 << 16 }, options, TimeSpan.FromDays(1));
        using IDisposable listening = state.Graph.Results.Subscribe(results => rows.Write(state.Graph, results));
        state.AdoptOptions();
        int until = taken + readings;
        for (int part = 0; part <= checkpoints; part++)
        {
            TakeUntil(state, until - (readings * (checkpoints - part) / (checkpoints + 1)));
            if (part < checkpoints)
            {
                Checkpoint(state, isOlder: checkpoints > 1 && part == checkpoints - 2);
            }
        }

        disk.Kill();
    }

    private void TakeUntil(StateStore state, int until)
    {
        while (taken < until)
        {
            var batch = new InputBatch();
            for (int sensor = 0; sensor < Sensors && taken == 0; sensor++)
            {
                batch.AddSensor(sensor, $"a/{sensor}", At(0));
            }

            for (int i = random.Next(1, 200); i > 0 && taken < until; i--, taken++)
            {
                double common = Math.Sin(taken / 500.0);
                batch.AddReading(taken % Sensors, At(taken / Sensors), At(taken / Sensors), 20 + common + (0.1 * random.NextDouble()) + (taken % 997 == 0 ? 9 : 0));
            }

            state.Log.Append(batch);
            state.Log.Commit();
            state.Graph.Process(batch);
        }
    }

    private void Checkpoint(StateStore state, bool isOlder)
    {
        var writer = new SnapshotWriter();
        GraphState.Save(state.Graph, state.Events, [], writer);
        Assert.Null(state.Checkpoints!.Write(state.Log.NextSequence, state.Graph.Options.Hash, writer.Written).Fault);
        state.Log.Truncate(state.Checkpoints.TruncationSequence);
        if (isOlder)
        {
            rows.Dispose();
            live = new MemoryStream();
            rows = new LoggedRows(live, OutputFormat.Csv, null);
        }
    }
}
