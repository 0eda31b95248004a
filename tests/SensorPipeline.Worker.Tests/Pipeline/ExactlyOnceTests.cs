using SensorPipeline.Storage.Log;
using SensorPipeline.Storage.Tests.Disks;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Tests.Pipeline.Simulated;
using Xunit;

namespace SensorPipeline.Worker.Tests.Pipeline;

/// <summary>QoS 2 over the end of a process: a message is in the input log with its identifier before its receipt is told.</summary>
public sealed class ExactlyOnceTests : IDisposable
{
    private readonly SimulatedDisk disk = new(new Random(1));
    private readonly SimulatedBroker broker = new(new Random(2), IdentifierPolicy.Sequential);
    private readonly InputRecord record = new();
    private ManualClock clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SingleThread thread = new();
    private SimulatedProcess? process;
    private Wire? wire;

    [Fact]
    public void A_message_whose_receipt_the_broker_knew_before_a_kill_is_released_after_it_and_counts_once()
    {
        Start();
        broker.Publish(("in/s0", "{\"v\":20}", 2));
        RunUntil(() => broker.AwaitsCompletion);
        Kill();
        Start();
        RunUntil(() => broker.IsIdle && process!.IsIdle);
        Assert.Equal((1, 0, 0L), (Counted, broker.Repeats, process!.Graph.Sensors.Repeated));
    }

    [Fact]
    public void A_message_whose_receipt_was_lost_with_the_process_comes_again_and_counts_once()
    {
        Start();
        RunUntil(() => process!.IsIdle);
        broker.Publish(("in/s0", "{\"v\":20}", 2));
        RunUntil(() => Counted == 1 && wire!.Outgoing > 0, brokerReads: false);
        Kill();
        Start();
        RunUntil(() => broker.IsIdle && process!.IsIdle);
        Assert.Equal((1, 1, 1L), (Counted, broker.Repeats, process!.Graph.Sensors.Repeated));
    }

    public void Dispose()
    {
        process?.Dispose();
        wire?.Dispose();
    }

    private int Counted => process!.Graph.Names.Count == 0 ? 0 : (int)process.Graph.Sensors.MomentsOf(0).Count;

    private void Start()
    {
        // The client of the dead process must not wake again, so its clock stands still.
        clock = new ManualClock(clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        process = new SimulatedProcess(disk, new InputLogOptions(), record, clock, new Random(3), Connect);
        thread.Run(process.Run);
    }

    private Wire Connect()
    {
        wire = new Wire();
        broker.Connect(wire);
        return wire;
    }

    private void Kill()
    {
        broker.Disconnect();
        thread.Run(wire!.Break);
        process!.Dispose();
        disk.Kill();
    }

    // What the broker says to the last thing it hears is still on its way when this ends.
    private void RunUntil(Func<bool> done, bool brokerReads = true)
    {
        for (int round = 0; !done(); round++)
        {
            Assert.True(round < 1000, "it does not come to that");
            thread.Run(() => wire?.Deliver(int.MaxValue));
            thread.Run(process!.Turn);
            thread.Run(process.Commit);
            if (brokerReads)
            {
                thread.Run(() => broker.Receive(wire?.Take(int.MaxValue) ?? []));
                thread.Run(() => clock.Advance(TimeSpan.FromMilliseconds(20)));
            }
        }
    }
}
