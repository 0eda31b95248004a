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

    private State state;
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
            catch (LogFailedException)
            {
                tally.Failures++;
            }
            catch (StorageException fault) when (disk.SyncsLeft < 0 && fault is not LogDamagedException)
            {
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
        state = reading.Newest is { } newest ? State.Load(newest) : default;
        log = InputLog.Open(disk, options, state.Count);
        tally.Cuts += log.Recovery.CutPath is null ? 0 : 1;
        foreach (InputBatch batch in log.ReadFrom(state.Count))
        {
            state = state.Observe(batch);
        }

        Assert.Equal(log.NextSequence, state.Count);
        Assert.True(state.Count >= survivesKill, $"{state.Count} of {survivesKill} promised inputs are there");
        Assert.Equal(State.After(state.Count), state);

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
        log.Append(batch);
        state = state.Observe(batch);
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
        survivesKill = log!.CommittedSequence;
        if (durability == Durability.Durable)
        {
            survivesPowerCut = survivesKill;
        }
    }

    private void WriteCheckpoint()
    {
        Commit();
        if (log!.CommittedSequence != state.Count)
        {
            return;
        }

        if (!store!.Write(state.Count, 0, state.Save()).IsWritten)
        {
            tally.FailedCheckpoints++;
            return;
        }

        survivesPowerCut = state.Count;
        log.Truncate(store.TruncationSequence);
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

    private readonly record struct State(long Count, ulong Hash)
    {
        // The states after each number of inputs: the truth that no log has been through.
        private static readonly List<State> Truth = [default];

        public static State After(long count)
        {
            while (Truth.Count <= count)
            {
                Truth.Add(Truth[^1].Observe(Batches.At(Truth.Count - 1, 1)));
            }

            return Truth[(int)count];
        }

        public static State Load(Checkpoint checkpoint)
        {
            var state = new State(BitConverter.ToInt64(checkpoint.State.Span), BitConverter.ToUInt64(checkpoint.State.Span[8..]));
            Assert.Equal(state.Count, checkpoint.NextSequence);
            return state;
        }

        public byte[] Save() => [.. BitConverter.GetBytes(Count), .. BitConverter.GetBytes(Hash)];

        public State Observe(InputBatch batch)
        {
            Assert.Equal(Count, batch.FirstSequence);
            ulong hash = Hash;
            foreach (ref readonly Input input in batch.Inputs)
            {
                hash = Mix(Mix(Mix(hash, (ulong)input.Kind), (ulong)input.Arrival.Ticks), BitConverter.DoubleToUInt64Bits(input.Value));
                hash = input.Kind is InputKind.SensorAdded or InputKind.OptionsChanged ? Mix(hash, TextHash(batch.TextOf(input))) : Mix(hash, input.Key);
            }

            return new State(Count + batch.Count, hash);
        }

        private static ulong TextHash(string text)
        {
            ulong hash = 0;
            foreach (char letter in text)
            {
                hash = Mix(hash, letter);
            }

            return hash;
        }

        private static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 0x9E3779B97F4A7C15 ^ (hash >> 29);
    }
}
