using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;
using SensorPipeline.Storage.Tests.Log;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Tests;

/// <summary>
/// A service as small as can be: its state is the hash of its inputs in order. It lives through power cuts, kills, full disks and failed
/// synchronisations, and compares itself with a ledger after each.
/// </summary>
public sealed class SimulatedService(int seed, Durability durability, SimulatedService.Tally tally)
{
    private readonly Random random = new(seed);
    private readonly SimulatedDisk disk = new(new Random(seed + 1));
    private readonly InputLogOptions options = new() { Durability = durability, SegmentBytes = 4096, MaximumBytes = 40_000 };

    // What was promised, and to survive what.
    private long survivesKill;
    private long survivesPowerCut;

    private Fingerprint state;
    private InputLog? log;
    private CheckpointStore? store;

    public IReadOnlyList<string> Operations => disk.Operations;

    public void Run(int lives)
    {
        for (int life = 0; life < lives; life++)
        {
            PlanTheEnd();
            try
            {
                Recover();
                Work();
                tally.QuietEnds++;
            }
            catch (PowerCutException)
            {
                tally.Interruptions++;
            }
            catch (StorageException fault) when (disk.SyncsLeft < 0 && fault is not LogDamagedException)
            {
                // A disk that fails to synchronise takes with it what was only ever written.
                survivesKill = survivesPowerCut;
                tally.Failures++;
            }

            End();
        }

        Recover();
    }

    private void PlanTheEnd()
    {
        switch (random.Next(4))
        {
            case 0:
                disk.SyncsLeft = random.Next(60);
                break;
            case 1:
                break;
            default:
                disk.OperationsLeft = random.Next(120);
                break;
        }
    }

    private void End()
    {
        log?.Dispose();
        log = null;
        if (random.Next(2) == 0)
        {
            tally.Kills++;
            disk.Kill();
            return;
        }

        tally.PowerCuts++;
        disk.CutPower();
        survivesKill = survivesPowerCut;
    }

    private void Recover()
    {
        store = CheckpointStore.Open(disk);
        CheckpointReading reading = store.ReadNewest();
        Assert.Empty(reading.Faults);
        state = reading.Newest is { } newest ? Fingerprint.Load(newest) : default;
        log = InputLog.Open(disk, options, state.Count);
        tally.Cuts += log.Recovery.CutPath is null ? 0 : 1;
        foreach (InputBatch batch in log.ReadFrom(state.Count))
        {
            state = state.Observe(batch);
        }

        Assert.Equal(log.NextSequence, state.Count);
        Assert.All(LogInspection.Inspect(disk), report => Assert.Null(report.Fault));
        Assert.True(state.Count >= survivesKill, $"{state.Count} of {survivesKill} promised inputs are there");
        Assert.Equal(Fingerprint.After(state.Count), state);

        // Whatever was recovered is on the medium: the broker's repetition of it will be recognised and acknowledged.
        survivesKill = survivesPowerCut = state.Count;
    }

    private void Work()
    {
        for (int step = random.Next(10, 60); step > 0; step--)
        {
            Act(random.Next(10));
        }
    }

    private void Act(int choice)
    {
        switch (choice)
        {
            case < 5:
                Append();
                break;
            case < 8:
                Commit();
                break;
            case 8:
                WriteCheckpoint();
                break;
            default:
                disk.Capacity = random.Next(3) == 0 ? random.Next(20_000) : long.MaxValue;
                break;
        }
    }

    private void Append()
    {
        InputBatch batch = Batches.At(log!.NextSequence, random.Next(30));
        try
        {
            log.Append(batch);
            state = state.Observe(batch);
        }
        catch (LogFullException)
        {
            tally.FullDisks++;
        }
    }

    private void Commit()
    {
        try
        {
            log!.Commit();
            Promise();
        }
        catch (LogFullException)
        {
            tally.FullDisks++;
        }
    }

    private void Promise()
    {
        survivesKill = Math.Max(survivesKill, log!.CommittedSequence);
        if (durability == Durability.Durable)
        {
            survivesPowerCut = survivesKill;
        }
    }

    /// <summary>Also of what is not committed: a log at its limit gets room no other way.</summary>
    private void WriteCheckpoint()
    {
        if (random.Next(2) == 0)
        {
            Commit();
        }

        if (!store!.Write(state.Count, 0, state.Save()).IsWritten)
        {
            tally.FailedCheckpoints++;
            return;
        }

        survivesKill = survivesPowerCut = state.Count;
        log!.Truncate(store.TruncationSequence);
    }

    /// <summary>What happened over all seeds.</summary>
    public sealed record Tally
    {
        public int QuietEnds { get; set; }

        public int Interruptions { get; set; }

        public int Failures { get; set; }

        public int Kills { get; set; }

        public int PowerCuts { get; set; }

        public int Cuts { get; set; }

        public int FullDisks { get; set; }

        public int FailedCheckpoints { get; set; }

        public void AssertCovers(int seeds)
        {
            foreach (int happened in new[] { QuietEnds, Interruptions, Failures, Kills, PowerCuts, Cuts, FullDisks, FailedCheckpoints })
            {
                Assert.True(happened > seeds / 20, ToString());
            }
        }
    }
}
