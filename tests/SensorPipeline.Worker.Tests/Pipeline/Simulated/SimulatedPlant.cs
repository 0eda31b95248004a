using System.Globalization;
using System.Text;
using SensorPipeline.Formats.Results;
using SensorPipeline.Storage;
using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline.Simulated;

/// <summary>
/// Devices, a broker, a network, a disk and the service, all from one seed: processes are killed, power and wires are cut, disks fill and fail. In the end
/// every reading was counted once, the graph says and does to the last digit what one without interruption does, and every event of that one was published.
/// </summary>
internal sealed class SimulatedPlant : IDisposable
{
    private const int Sensors = 3;
    private const int Messages = 240;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random random;
    private readonly SimulatedDisk disk;
    private readonly SimulatedBroker broker;
    private readonly IdentifierPolicy policy;
    private readonly InputLogOptions logging = new() { SegmentBytes = 4096, MaximumBytes = 60_000 };
    private readonly InputRecord record = new();
    private readonly List<(int Sensor, double Value)> ledger = [];
    private readonly Tally tally;
    private readonly SingleThread thread = new();
    private ManualClock clock = new(Start);
    private SimulatedProcess? process;
    private Wire? wire;

    public SimulatedPlant(int seed, Tally tally)
    {
        random = new Random(seed);
        disk = new SimulatedDisk(new Random(seed + 1));
        policy = (IdentifierPolicy)random.Next(3);
        broker = new SimulatedBroker(random, policy);
        this.tally = tally;
    }

    public void Run(int lives)
    {
        for (int life = 0; life < lives; life++)
        {
            PlanTheEnd();
            Live(() =>
            {
                for (int step = random.Next(20, 400); step > 0; step--)
                {
                    Act(random.Next(24));
                }
            });
            End();
        }

        Live(Finish);
        AssertNothingIsLostOrInvented();
        tally.Repeats += broker.Repeats;
        tally.Leavings += broker.Leavings;
    }

    public void Dispose()
    {
        process?.Dispose();
        wire?.Dispose();
    }

    private void PlanTheEnd()
    {
        switch (random.Next(4))
        {
            case 0:
                disk.SyncsLeft = random.Next(80);
                break;
            case 1:
                disk.OperationsLeft = random.Next(160);
                break;
        }
    }

    private void Live(Action course)
    {
        clock = new ManualClock(clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        process = null;
        try
        {
            process = new SimulatedProcess(disk, logging, record, clock, random, Connect);
            thread.Run(process.Run);
            course();
        }
        catch (PowerCutException)
        {
            tally.Interruptions++;
        }
        catch (StorageException) when (disk.SyncsLeft < 0)
        {
            tally.FailedDisks++;
        }
    }

    private void End()
    {
        CutWire();
        process?.Dispose();
        if (random.Next(2) == 0)
        {
            disk.Kill();
            tally.Kills++;
        }
        else
        {
            disk.CutPower();
            tally.PowerCuts++;
        }
    }

    private Wire Connect()
    {
        wire = new Wire();
        broker.Connect(wire);
        return wire;
    }

    private void CutWire()
    {
        broker.Disconnect();
        if (wire is { } cut)
        {
            wire = null;
            thread.Run(cut.Break);
        }
    }

    private void Act(int choice)
    {
        switch (choice)
        {
            case < 5:
                PublishSome();
                break;
            case < 10:
                thread.Run(() => wire?.Deliver(random.Next(1, 800)));
                break;
            case < 14:
                thread.Run(() => broker.Receive(wire?.Take(random.Next(1, 400)) ?? []));
                break;
            case < 17:
                thread.Run(process!.Turn);
                break;
            case < 19:
                thread.Run(process!.Commit);
                break;
            case 19:
                thread.Run(process!.BeginCheckpoint);
                break;
            case 20:
                thread.Run(process!.WriteCheckpoint);
                tally.FailedCheckpoints += process.HasCheckpointFault ? 1 : 0;
                break;
            case 21:
                thread.Run(() => clock.Advance(TimeSpan.FromMilliseconds(random.Next(1, 1500))));
                break;
            case 22 when random.Next(4) == 0:
                CutWire();
                tally.CutWires++;
                break;
            case 23 when random.Next(3) == 0:
                disk.Capacity = random.Next(2) == 0 ? random.Next(40_000) : long.MaxValue;
                break;
        }

        tally.FullDisks += process!.IsFull ? 1 : 0;
        tally.Evictions += process.Graph.Sensors.SetAside;
    }

    private void PublishSome()
    {
        for (int i = random.Next(1, 8); i > 0 && ledger.Count < Messages; i--)
        {
            int sensor = random.Next(Sensors);
            double value = sensor == 0 ? 20 : Math.Round(20 + random.NextDouble() + (random.Next(60) == 0 ? 50 : 0), 4);
            ledger.Add((sensor, value));

            // Where identifiers say nothing only the device's time tells two equal readings apart.
            string time = policy == IdentifierPolicy.Sequential && sensor == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $",\"ts\":{(Start + TimeSpan.FromMilliseconds(ledger.Count - 3_600_000)).ToUnixTimeMilliseconds()}");
            int qos = policy == IdentifierPolicy.Renumbered ? 1 : 1 + random.Next(2);
            broker.Publish(($"in/s{sensor}", string.Create(CultureInfo.InvariantCulture, $"{{\"v\":{value:R}{time}}}"), qos));
        }
    }

    private void Finish()
    {
        while (ledger.Count < Messages)
        {
            PublishSome();
        }

        for (int round = 0; round < 10_000 && !(broker.IsIdle && process!.IsIdle); round++)
        {
            thread.Run(() => wire?.Deliver(int.MaxValue));
            thread.Run(process!.Turn);
            thread.Run(process.Commit);
            thread.Run(process.WriteCheckpoint);
            thread.Run(() => broker.Receive(wire?.Take(int.MaxValue) ?? []));
            thread.Run(() => clock.Advance(TimeSpan.FromMilliseconds(20)));
        }

        Assert.True(broker.IsIdle && process!.IsIdle, "it does not come to rest");
    }

    private void AssertNothingIsLostOrInvented()
    {
        using var uninterrupted = new SensorGraph(new GraphOptions());
        var expected = new List<(string Topic, string Payload)>();
        var writer = new ResultWriter();
        using IDisposable listening = uninterrupted.Results.Subscribe(results => expected.AddRange(results.SensorEvents.Select(happened =>
        {
            string sensor = uninterrupted.Names[happened.Sensor];
            return (SimulatedProcess.Topics.SensorEvent(sensor), Encoding.UTF8.GetString(writer.Event(happened, sensor)));
        })));
        foreach (InputBatch batch in record.Batches)
        {
            uninterrupted.Process(batch);
        }

        AssertLedger(uninterrupted);
        HashSet<(string, string)> published = [.. broker.Published.Where(message => message.Topic.EndsWith("/event", StringComparison.Ordinal))];
        Assert.Equal(expected.Order(), published.Order());
        tally.Events += expected.Count;
        Assert.Equal(GoOn(uninterrupted), GoOn(process!.Graph));
    }

    private void AssertLedger(SensorGraph graph)
    {
        using var direct = new SensorGraph(new GraphOptions());
        var batch = new InputBatch();
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            batch.AddSensor(sensor, graph.Names[sensor], EventTime.From(Start));
        }

        foreach ((int sensor, double value) in ledger)
        {
            Assert.True(graph.Names.TryGetIndex($"s{sensor}", out int index));
            batch.AddReading(index, EventTime.From(Start), EventTime.From(Start), value);
        }

        direct.Process(batch);
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            Assert.Equal(direct.Sensors.MomentsOf(sensor), graph.Sensors.MomentsOf(sensor));
        }
    }

    // Every state as it is published, and every judgement of what comes next, to the last digit.
    private List<string> GoOn(SensorGraph graph)
    {
        var said = new List<string>();
        var writer = new ResultWriter();
        for (int sensor = 0; sensor < graph.Names.Count; sensor++)
        {
            said.Add(Encoding.UTF8.GetString(writer.State(graph.Sensors.Summarise(sensor))));
        }

        var batch = new InputBatch { FirstSequence = record.NextSequence };
        for (int i = 0; i < Messages; i++)
        {
            EventTime time = EventTime.From(clock.GetUtcNow() + TimeSpan.FromSeconds(i));
            batch.AddReading(i % Sensors, time, time, 20 + Math.Sin(i) + (i % 50 == 49 ? 9 : 0));
        }

        using IDisposable listening = graph.Results.Subscribe(results =>
        {
            foreach (ref readonly Judgement judgement in results.Judgements)
            {
                said.Add(judgement.ToString());
            }
        });
        graph.Process(batch);
        return said;
    }

    /// <summary>What happened over all seeds.</summary>
    public sealed record Tally
    {
        public int Interruptions { get; set; }

        public int FailedDisks { get; set; }

        public int Kills { get; set; }

        public int PowerCuts { get; set; }

        public int CutWires { get; set; }

        public int FullDisks { get; set; }

        public int FailedCheckpoints { get; set; }

        public int Repeats { get; set; }

        public int Leavings { get; set; }

        public int Events { get; set; }

        public int Evictions { get; set; }

        public void AssertCovers(int seeds)
        {
            foreach (int happened in new[] { Interruptions, FailedDisks, Kills, PowerCuts, CutWires, FullDisks, FailedCheckpoints, Repeats, Leavings, Events, Evictions })
            {
                Assert.True(happened > seeds / 20, ToString());
            }
        }
    }
}
